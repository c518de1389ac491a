from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_qa.ui.escaping import button, e, isolated, link, web_address


class Seen(HTMLParser):
    """Collects the tags and the text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_any_text_comes_out_as_itself_and_as_no_tag(text: str) -> None:
    seen = Seen()
    seen.feed(isolated(text))
    seen.close()
    assert seen.tags == ["bdi"]
    assert seen.text == text


def test_lone_surrogates_and_nul_become_replacement_characters() -> None:
    assert e("a\ud800b\x00c") == "a\ufffdb\ufffdc"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/x",
        "https:///no-host",
        "http://[broken",
        "https://example.org/\n",
        "",
        None,
    ],
)
def test_what_is_no_web_address_makes_no_link(address: str | None) -> None:
    assert web_address(address) is None
    assert link(address, "原文") == ""


def test_a_link_says_nothing_to_the_other_side_and_cannot_leave_its_attribute() -> None:
    made = link('https://example.org/?a="><script>', "原文")
    assert 'rel="noopener noreferrer nofollow"' in made
    assert "<script" not in made
    assert made.count('"') == 6


def test_a_button_leaves_out_data_that_is_not_there() -> None:
    made = button("share", "分享", question='"x"', since=None)
    assert 'data-question="&quot;x&quot;"' in made
    assert "since" not in made
