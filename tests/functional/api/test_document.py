# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document is valid, complete and shown without scripts."""

from __future__ import annotations

from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from tests.functional.api.conftest import Callers


def test_the_document_is_valid_openapi(callers: Callers) -> None:
    answer = callers.app.test_client().get("/api/v1/openapi.json")
    document = answer.get_json()
    assert (answer.mimetype, document["openapi"]) == ("application/json", "3.1.0")
    validate(document, cls=OpenAPIV31SpecValidator)


def test_every_route_is_documented_with_its_failures(callers: Callers) -> None:
    document = callers.specialist.document
    routes = {
        (rule.rule.replace("<", "{").replace(">", "}").replace("int(max=2147483647):", ""), method.lower())
        for rule in callers.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/") and not rule.endpoint.startswith("api-documents")
    }
    documented = {
        (path, method) for path, methods in document["paths"].items() for method in methods if method != "parameters"
    }
    assert routes == documented
    for path, method in documented:
        operation = document["paths"][path][method]
        assert operation["summary"]
        assert {"401", "403", "429", "500"} <= set(operation["responses"])
        if method == "post":
            assert any(one.get("name") == "Idempotency-Key" for one in operation["parameters"])


def test_the_page_shows_it_without_scripts(callers: Callers) -> None:
    answer = callers.app.test_client().get("/api/v1/docs")
    assert answer.mimetype == "text/html"
    assert "/api/v1/tickets/{number}/transitions" in answer.text
    assert "<script" not in answer.text
