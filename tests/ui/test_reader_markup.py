from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from ui_samples import HOSTILE, TEXT, article

from policy_qa.ui.reader_markup import WINDOW, reader_html, removed_html, text_html


class Marked(HTMLParser):
    """Collects what stands inside ``<mark>``, one piece a line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: dict[int, str] = {}
        self.line = 0
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.line += tag == "p"
        self.inside = self.inside or tag == "mark"

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.pieces[self.line] = self.pieces.get(self.line, "") + data


def marked(html: str) -> str:
    parser = Marked()
    parser.feed(html)
    parser.close()
    return "\n".join(parser.pieces.values())


def without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line)


def test_the_words_marked_are_exactly_the_words_cited() -> None:
    start = TEXT.index("每年最多")
    assert marked(text_html(TEXT, start, start + 4, "zh")) == "每年最多"


def test_words_that_run_over_lines_are_marked_in_each() -> None:
    start, end = TEXT.index("发放"), TEXT.index("用量") + 2
    assert marked(text_html(TEXT, start, end, "zh")) == without_blank_lines(TEXT[start:end])


@given(st.text("ab。# -\n<&", max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_whatever_is_cited_is_what_is_marked(text: str, start: int, length: int) -> None:
    found = marked(text_html(text, start, start + length, "zh"))
    lines = text.split("\n")
    offset, wanted = 0, []
    for line in lines:
        piece = line[max(0, start - offset) : max(0, min(start + length - offset, len(line)))]
        if piece and line.strip():
            wanted.append(piece)
        offset += len(line) + 1
    assert found == "\n".join(wanted)


def test_number_signs_of_a_heading_are_kept_but_hidden() -> None:
    html = text_html("## 发放", 0, 0, "zh")
    assert '<span class="pq-sign">## </span>发放' in html
    assert 'aria-level="4"' in html


def test_a_very_long_article_is_shown_around_the_words() -> None:
    text = "甲" * (WINDOW * 2) + "目标" + "乙" * (WINDOW * 2)
    html = text_html(text, WINDOW * 2, WINDOW * 2 + 2, "zh")
    assert marked(html) == "目标"
    assert html.count("此处略去较长的文字") == 2
    assert len(html) < WINDOW * 2 + 1000


def test_the_head_states_what_is_known_and_refuses_addresses_that_are_none() -> None:
    html = reader_html(article(), 18, 33, "北岭研究所", "zh")
    for words in ("算力券办法", "东湖市科技局", "林一舟", "2025-03-14", "北岭研究所", "Chips at Sea"):
        assert words in html
    assert 'href="https://example.org/a"' in html
    assert "javascript:" not in html


def test_a_hostile_article_is_inert() -> None:
    html = reader_html(article(HOSTILE, title=HOSTILE, url="javascript:alert(1)"), 0, 9, HOSTILE, "zh")
    html += removed_html(article().removed, "zh")
    assert "<script" not in html
    assert "<img" not in html
    assert "javascript:" not in html


def test_offsets_outside_the_text_mark_nothing() -> None:
    assert marked(text_html("短文。", 90, 99, "zh")) == ""
    assert marked(text_html("短文。", -5, -1, "zh")) == ""


def test_what_cleaning_took_is_listed_with_rule_and_line() -> None:
    html = removed_html(article().removed, "zh")
    assert "back_to_top" in html
    assert "第 3 行" in html
    assert "没有去掉任何文字" in removed_html((), "zh")
