# SPDX-License-Identifier: Apache-2.0
"""Requests in English."""

from __future__ import annotations

from dialog_core.demo.scenario import Scenario
from dialog_core.tickets import Kind

REPLIES = (
    "Hello {name}, we have your request and are working on it. You will hear from us today.",
    "Good morning! We could reproduce this and are preparing a correction.",
    "Thank you. Our second line is looking at it; we will write as soon as there is a result.",
)
REASONS = (
    "It happened again after the update, the {place} office still sees the same error.",
    "We tried it on two more machines and nothing changed. Please go on with it.",
)
REFUSALS = (
    (
        "Hello! I am afraid this is outside of what the support contract covers. Please ask "
        "the supplier of the hardware; "
        "we are glad to tell you what to ask them for."
    ),
)
WITHDRAWN = ("The customer called: {person} restarted the machine and everything works. No further work is needed.",)
DECLINE_REASON = "Outside of the scope of the contract"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        Kind.OUTAGE,
        "telephony.calls",
        ("Incoming calls are not coming through", "Phones are down in {place}", "PBX unreachable since {hour}:00"),
        (
            (
                "Since {hour}:00 nobody can call us: callers hear a busy tone at once. Outgoing calls fail as well. "
                "All {n} desks in {place} are affected."
            ),
            "All phones show “no registration” and {host} does not answer. The call centre is standing still.",
        ),
        ("One more thing: calls between extensions fail too.", "The carrier says there is no incident on their side."),
        (
            "Has the router been restarted, and is its line indicator on?",
            "Could you send us the output of “sip show registry”, and the time of the last call that worked?",
        ),
        (
            "Yes, it was restarted. The light is on. The last call was at {hour}:{minute}.",
            "The registration says Timeout; {person} has a screenshot.",
        ),
        (
            "The disk of {host} is full of call records. Cleaning up and adding rotation.",
            "The carrier moved its proxy to another address, checking with their engineer.",
        ),
        (
            (
                "The trunk is registered again: the carrier had moved its proxy and {host} now uses the new address. "
                "Calls to {ext} and {ext2} were tested. Please confirm that it works for you."
            ),
            "We freed the disk of {host} and added rotation of its logs. Calls have been fine for an hour.",
        ),
    ),
    Scenario(
        Kind.USER_FAILURE,
        "software.error",
        (
            "Invoice prints an empty page",
            "Error when posting a document",
            "Application closes when opening the catalogue",
        ),
        (
            (
                "Printing an invoice from version {version} gives an empty page; other documents print well. "
                "The desk is that of {person} in {place}."
            ),
            (
                "Posting a document fails with “write error: not unique” and nothing is saved. "
                "Everybody in {place} has it."
            ),
        ),
        ("The exact text is E-{n}07, accounting module.", "{person} sees the same with version {version}."),
        (
            "Which version is shown under Help, and what is the name of the computer?",
            "Does it also fail when the document is saved as a draft first?",
        ),
        ("Version {version}, computer {host}.", "The draft is saved, only posting fails."),
        (
            "Reproduced on the test stand: the template refers to a removed field.",
            "The document counter fell behind when the database was moved.",
        ),
        (
            "The invoice template is corrected and came with update {version}. Please restart the application.",
            "We corrected the counter in the database; documents can be posted again.",
        ),
    ),
    Scenario(
        Kind.CONSULTATION,
        "software.data",
        ("How do I export the register?", "Where can I switch on notifications?", "Question about permissions"),
        (
            (
                "How can we export the register of contracts of the last quarter into a spreadsheet? "
                "The button we knew is not there in {version}."
            ),
            "How do I give {person} access to documents of the {place} branch only?",
        ),
        ("Can it be done every week by itself?", "The manual still shows the old screens."),
        ("Do you need all columns, or only number and amount?", "Which role do you sign in with?"),
        ("Number, date, amount and the person responsible.", "The role is “Senior accountant”."),
        ("The button moved into the Tools menu, the manual should say so.", "Branch permissions come from a template."),
        (
            "Open Tools, Exports, choose the period and press Create. A template can be saved and given a schedule.",
            (
                "Make a role from the template “Branch accountant” and choose {place}. {person} "
                "has it already, please check."
            ),
        ),
    ),
    Scenario(
        Kind.OUTAGE,
        "hardware.server",
        ("Server {host} does not boot", "Database is unreachable", "Service stopped after the update"),
        (
            "After last night's update {host} stops with a kernel panic. {n} people in {place} cannot work.",
            (
                "Since {hour}:{minute} the application says “no connection to the database”. The "
                "server is on but very slow."
            ),
        ),
        ("There is a backup of yesterday on {host2}.", "Disks were replaced recently, it may be the array."),
        (
            "Is the management console reachable, and who can go to the rack?",
            "Please send the last lines of the database log.",
        ),
        ("{person} can go to the rack.", "The log says “No space left on device”."),
        ("Booted the earlier kernel, rebuilding the initramfs.", "The data partition is full, moving the archive."),
        (
            "{host} runs with the earlier kernel; the faulty package is on hold. Work in {place} goes on.",
            "We made room and moved the archive to its own partition. Free space is now watched.",
        ),
    ),
    Scenario(
        Kind.CHANGE_REQUEST,
        "software.data",
        ("Add a column to the report", "Report of calls per shift", "Please extend the export"),
        (
            (
                "Please add a “Branch” column and a filter by city to the report of requests; now we count by hand. "
                "It will be used in {place} and {n} other offices."
            ),
            "We need a daily report of calls: answered, missed, and the mean waiting time of each operator.",
        ),
        ("A sample table is ready, its columns are named.", "It would be good to have it by mail at {hour}:00."),
        ("Is a call missed when it was returned within an hour?", "Do you need earlier periods too?"),
        ("No, returned means not missed.", "From the beginning of the year is enough."),
        ("Estimate: two days of work, one of testing.", "The data is there, only the branch is missing."),
        (
            "Version {version} has the column and the filter. It is installed, please look at yesterday's report.",
            "The report of calls is ready and arrives at {hour}:00. The last sheet explains the columns.",
        ),
    ),
)
