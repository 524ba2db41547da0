# SPDX-License-Identifier: Apache-2.0
"""What people call the states, transitions and needs that programs know by their codes."""

from __future__ import annotations

from dialog_core.language import Term

STATES = {
    "registered": Term("Registered"),
    "in_progress": Term("In progress"),
    "waiting_customer": Term("Waiting for the customer"),
    "answered": Term("Answered"),
    "completed": Term("Completed"),
    "closed": Term("Closed"),
}
TRANSITIONS = {
    "start": Term("Take into work"),
    "decline": Term("Decline"),
    "request_information": Term("Ask the customer"),
    "receive_information": Term("The customer answered"),
    "resume": Term("Go on without the customer"),
    "answer": Term("Give an answer"),
    "recall": Term("Take the answer back"),
    "confirm": Term("The customer confirms"),
    "dispute": Term("The customer disagrees"),
    "close": Term("Close on the representative's word"),
    "silence": Term("Close because nobody objected"),
    "withdraw": Term("The customer withdraws it"),
    "merge": Term("Merge into another ticket"),
}
NEEDS = {
    "executor": Term("an executor"),
    "text": Term("a text"),
    "reason": Term("the reason"),
    "delivered_by": Term("how it was given to the customer"),
    "contact": Term("the person who said so, from the customer's side"),
    "contact.may_confirm": Term("a person with the right to confirm solutions"),
    "contact.may_represent": Term("a person with the right to represent the customer"),
    "contract.silence_days": Term("a contract with a term of silence"),
    "target": Term("the number of the other ticket"),
}
