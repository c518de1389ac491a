"""The process that parses: limits hold, and each is named."""

from __future__ import annotations

import pytest

from policy_qa.articles.extraction import Extraction, from_json, to_json
from policy_qa.articles.sandbox import Limits, extract
from policy_qa.errors import BadInputError


def test_an_extraction_survives_the_way_between_processes() -> None:
    extraction = Extraction("政策\U0001f600", {"title": "题"}, (("hidden_element", "甲", 3),), wrapped=True)
    assert from_json(to_json(extraction)) == extraction


def test_a_page_is_parsed_in_a_process_of_its_own(prose: str) -> None:
    assert extract("html", f"<p>{prose}</p>".encode(), name="a.html").text == prose


def test_too_little_time_is_named() -> None:
    page = ("<p>x<b>y<i>z" * 60_000).encode()
    with pytest.raises(BadInputError, match=r"a\.html .*(seconds|limit)"):
        extract("html", page, name="a.html", limits=Limits(seconds=0.5))


def test_too_little_memory_is_named() -> None:
    page = b"<p>" + b"<b>x</b>" * 2_000_000
    with pytest.raises(BadInputError, match=r"a\.html "):
        extract("html", page, name="a.html", limits=Limits(memory_bytes=300_000_000))


def test_too_much_text_is_named(prose: str) -> None:
    with pytest.raises(BadInputError, match=r"a\.html holds more than 20 characters"):
        extract("html", f"<p>{prose}</p>".encode(), name="a.html", limits=Limits(characters=20))
