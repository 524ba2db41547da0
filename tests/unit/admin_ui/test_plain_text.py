# SPDX-License-Identifier: Apache-2.0
"""Text of people as HTML, and what can be read out of raw input."""

from __future__ import annotations

import pytest

from admin_ui.inbox_pages.previews import preview
from admin_ui.tickets_pages.plain_text import is_long, plain_text


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://example.com/a?b=1&c=2.", ["https://example.com/a?b=1&amp;c=2"]),
        ("(https://example.com/a_(b))", ["https://example.com/a_(b)"]),
        ("HTTP://EXAMPLE.COM, and more", ["HTTP://EXAMPLE.COM"]),
        ("javascript:alert(1) ftp://x.y data:text/html,x", []),
        ("https:// https://", []),
        ('https://example.com/"onmouseover="x', ["https://example.com/"]),
        ("https://[::1", []),
        ("«https://пример.рф/путь»", ["https://пример.рф/путь"]),
    ],
)
def test_only_web_addresses_become_links(text: str, links: list[str]) -> None:
    html = str(plain_text(text))
    assert [part.split('"')[0] for part in html.split('href="')[1:]] == links
    assert html.count("<a ") == html.count("</a>") == len(links)


def test_markup_is_escaped() -> None:
    html = str(plain_text("<script>x</script> & 'q' \"d\"\nnext"))
    assert html == "&lt;script&gt;x&lt;/script&gt; &amp; &#39;q&#39; &#34;d&#34;\nnext"


def test_long_texts_are_folded() -> None:
    assert is_long("a" * 60_000)
    assert is_long("line\n" * 60)
    assert not is_long("short")


def test_preview_finds_text_and_writer_at_any_depth() -> None:
    found = preview(
        {"update_id": 1, "message": {"from": {"first_name": "Tim"}, "chat": {"title": "x"}, "text": "Hello"}}
    )
    assert (found.text, found.who) == ("Hello", "Tim")
    assert '"update_id": 1' in found.raw


def test_preview_of_anything() -> None:
    deep: dict[str, object] = {"text": 5}
    for _ in range(2_000):
        deep = {"a": deep}
    assert preview({"list": [[["x"]], None, 3]}).text == ""
    assert preview({"text": "y" * 5_000}).text.endswith("…")
