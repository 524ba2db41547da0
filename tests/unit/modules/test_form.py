# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import marshmallow as ma
import pytest

from dialog_core.modules.settings.form import FormProblem, describe_form
from dialog_core.modules.settings.settings_process import validate

TITLE = {"title": {"ru": "Поле", "en": "Field"}}


class Sample(ma.Schema):
    """One field of each kind."""

    token = ma.fields.String(required=True, metadata={**TITLE, "secret": True})
    address = ma.fields.Url(
        load_default="https://example.org", metadata={**TITLE, "host": True, "help": TITLE["title"]}
    )
    mode = ma.fields.String(
        load_default="a", validate=ma.validate.OneOf(["a", "b"], labels=["First", "Second"]), metadata=TITLE
    )
    seconds = ma.fields.Integer(load_default=25, validate=ma.validate.Range(min=1, max=50), metadata=TITLE)
    on = ma.fields.Boolean(load_default=False, metadata=TITLE)
    days = ma.fields.List(ma.fields.String(validate=ma.validate.OneOf(["mo", "tu"])), metadata=TITLE)
    since = ma.fields.Date(metadata=TITLE)

    @ma.validates_schema
    def check(self, data: dict[str, object], **_: object) -> None:
        if data.get("mode") == "b" and not data.get("on"):
            raise ma.ValidationError("Second needs on.", "on")


def test_describes_each_kind() -> None:
    form = {field["name"]: field for field in describe_form(Sample)}
    assert {name: field["type"] for name, field in form.items()} == {
        "token": "text", "address": "url", "mode": "choice", "seconds": "integer", "on": "boolean", "days": "list",
        "since": "date",
    }  # fmt: skip
    assert form["token"]["required"]
    assert form["token"]["secret"]
    assert form["address"]["host"]
    assert (form["address"]["default"], form["seconds"]["default"], form["on"]["default"]) == (
        "https://example.org", 25, False,
    )  # fmt: skip
    assert form["mode"]["choices"][1] == {"value": "b", "title": {"ru": "Second", "en": "Second"}}
    assert [choice["value"] for choice in form["days"]["choices"]] == ["mo", "tu"]
    assert (form["seconds"]["min"], form["seconds"]["max"]) == (1, 50)


def test_refuses_what_no_form_can_show() -> None:
    with pytest.raises(FormProblem, match="texts in ru and en"):
        describe_form(ma.Schema.from_dict({"x": ma.fields.String(metadata={"title": "X"})}))
    with pytest.raises(FormProblem, match="type Raw"):
        describe_form(ma.Schema.from_dict({"x": ma.fields.Raw(metadata=TITLE)}))


def test_validates_without_what_is_not_there_yet() -> None:
    assert validate(Sample(), {"since": "2026-01-02"}) == {"values": {"since": "2026-01-02"}, "errors": {}}
    assert validate(Sample(), {"seconds": 99})["errors"].keys() == {"seconds"}
    assert validate(Sample(), {"mode": "b"})["errors"] == {"on": ["Second needs on."]}
