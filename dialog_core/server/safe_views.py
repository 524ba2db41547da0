# SPDX-License-Identifier: Apache-2.0
"""The HTML of `/safe`, written out here: it depends on no template, script or asset that a module could spoil."""

from __future__ import annotations

from markupsafe import Markup

from dialog_core.database import db
from dialog_core.language import say
from dialog_core.modules import list_changes, list_incidents, read_safe_mode, safe_page_modules
from dialog_core.staff import Actor

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; } .quiet { opacity: .75; }
form { margin: 0; } label { display: block; margin: .75rem 0 .25rem; }
input { font: inherit; width: 100%; max-width: 24rem; box-sizing: border-box; padding: .5rem .6rem; }
button { font: inherit; padding: .45rem .9rem; border-radius: .4rem; border: 1px solid; cursor: pointer;
  background: transparent; color: inherit; }
button.main { margin-top: 1rem; background: #1f5fbf; border-color: #1f5fbf; color: #fff; }
button.bad { color: #c0392b; }
@media (prefers-color-scheme: dark) { button.bad { color: #ff8d80; } }
.card { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; padding: .9rem 1rem;
  margin: .6rem 0; }
.row { display: flex; gap: .75rem; align-items: center; justify-content: space-between; flex-wrap: wrap; }
.said { border-left: .3rem solid #2e8b57; padding-left: .75rem; } .problem { border-left: .3rem solid #c0392b;
  padding-left: .75rem; }
code { overflow-wrap: anywhere; }
"""


def frame(language: str, body: Markup) -> str:
    """Return a whole page."""
    title = say(language, "Emergency page")
    return Markup(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/safe/style.css"></head><body><h1>{}</h1>{}</body></html>'
    ).format(language, title, title, body)


def problem(text: str) -> Markup:
    """Return what could not be done; nothing when all is well."""
    return Markup('<p class="problem" role="alert">{}</p>').format(text) if text else Markup("")


def sign_in(language: str, text: str) -> Markup:
    """Return the form to sign in with."""
    return Markup(
        '<p class="quiet">{}</p>{}<form method="post" action="/safe/sign-in">'
        '<label for="email">{}</label><input id="email" name="email" type="email" autocomplete="username" required>'
        '<label for="password">{}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        '<button class="main">{}</button></form>'
    ).format(
        say(language, "This page works without any module. Here an administrator switches off what does harm."),
        problem(text), say(language, "E-mail"), say(language, "Password"), say(language, "Sign in"),
    )  # fmt: skip


def overview(language: str, actor: Actor, token: str, *, problem: str, said: str) -> Markup:
    """Return the modules with what can be done about them."""
    with db.engine.connect() as connection:
        is_safe = read_safe_mode(connection)
    parts = [
        Markup('<div class="row"><p class="quiet">{}</p>{}</div>').format(
            actor.name, _button(language, token, "sign-out", say(language, "Sign out"))
        ),
        Markup('<p class="problem" role="alert">{}</p>').format(problem) if problem else Markup(""),
        Markup('<p class="said" role="status">{}</p>').format(said) if said else Markup(""),
        _changes(language, actor),
        Markup("<h2>{}</h2>").format(say(language, "Modules")),
        _modules(language, actor, token),
        Markup("<h2>{}</h2>").format(say(language, "For the whole platform")),
        _whole(language, token, is_safe),
    ]
    return Markup("").join(parts)


def _modules(language: str, actor: Actor, token: str) -> Markup:
    cards = []
    for name, version, is_enabled in safe_page_modules():
        state = say(language, "switched on") if is_enabled else say(language, "switched off")
        button = _button(language, token, "disable", say(language, "Switch off"), module=name) if is_enabled else ""
        failures = Markup("").join(
            Markup("<p><code>{}</code> <span class=quiet>· {} · ×{}</span></p>").format(
                each.summary, each.place, each.count
            )
            for each in list_incidents(actor, module=name, limit=3)
        )
        cards.append(
            Markup('<div class="card"><div class="row"><div><strong>{}</strong> {} <span class="quiet">{}</span></div>'
                   "{}</div>{}</div>").format(name, version, state, button, failures)
        )  # fmt: skip
    none = Markup("<p>{}</p>").format(say(language, "No module is installed."))
    return Markup("").join(cards) or none


def _changes(language: str, actor: Actor) -> Markup:
    running = [change for change in list_changes(actor, limit=5) if not change.ended]
    return Markup("").join(
        Markup('<p class="said">{} <a href="/safe">{}</a></p>').format(
            say(language, "A change of modules is under way."), say(language, "Look again")
        )
        for _ in running[:1]
    )


def _whole(language: str, token: str, is_safe: bool) -> Markup:
    back = say(language, "Go back to the last set of modules that worked")
    safe = say(language, "Run with the modules again") if is_safe else say(language, "Run without any module")
    note = (
        say(language, "The platform runs without any module because somebody asked for it.")
        if is_safe
        else say(language, "The desk goes on; what modules do (channels, for example) waits.")
    )
    return Markup('<div class="card">{}</div><div class="card">{}<p class="quiet">{}</p></div>').format(
        _button(language, token, "back", back),
        _button(language, token, "safe-off" if is_safe else "safe-on", safe),
        note,
    )


def _button(language: str, token: str, act: str, text: str, module: str = "") -> Markup:  # noqa: ARG001
    return Markup(
        '<form method="post" action="/safe/act"><input type="hidden" name="token" value="{}">'
        '<input type="hidden" name="act" value="{}"><input type="hidden" name="module" value="{}">'
        "<button{}>{}</button></form>"
    ).format(token, act, module, Markup(' class="bad"') if act == "disable" else "", text)
