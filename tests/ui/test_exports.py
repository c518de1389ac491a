from __future__ import annotations

import io
import re
import zipfile

from docx.oxml import parse_xml
from ui_samples import HOSTILE, answered, citation, turn

from policy_qa.ui.export_docx import conversation_docx
from policy_qa.ui.export_markdown import conversation_markdown, inert, turn_text

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def parts_of(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_markdown_gives_every_citation_a_footnote_of_its_own() -> None:
    text = conversation_markdown((turn(answered()), turn(answered(), number=2)), "zh")
    assert text.count("[^1-1]") == 2
    assert text.count("[^2-1]") == 2
    assert (
        "[^1-1]: “每家企业每年最多领取300万元。”——《算力券办法》，林一舟，东湖市科技局，2025-03-14。 <https://example.org/a>"
        in text
    )
    assert "**300万元**" in text


def test_markdown_leaves_out_what_was_not_answered() -> None:
    assert "未答" not in conversation_markdown((turn(question="未答"),), "zh")


def test_hostile_words_are_inert_in_markdown() -> None:
    cited = citation(quote=HOSTILE, title=HOSTILE)
    text = conversation_markdown(
        (turn(answered(f"{HOSTILE}[1]", citations=(cited,)), question=HOSTILE),), "zh"
    )
    for mark in ("<", "[", "!", "`", "$"):
        outside = re.sub(r"<https://example\.org/a>|\[\^1-1\]", "", text)
        assert re.search(rf"(?<!\\){re.escape(mark)}", outside) is None, mark


def test_a_line_that_looks_like_a_list_or_heading_stays_a_line() -> None:
    assert inert("- 一\n# 二") == r"\- 一 \# 二"
    assert inert("1. 一") == r"\1. 一"


def test_word_gets_real_footnotes_that_the_text_refers_to() -> None:
    parts = parts_of(conversation_docx((turn(answered()), turn(answered(), number=2)), "zh"))
    notes = parse_xml(parts["word/footnotes.xml"].encode())
    ids = [note.get(f"{WORD}id") for note in notes]
    assert ids == ["0", "1", "2", "3"]
    body = parse_xml(parts["word/document.xml"].encode())
    references = [node.get(f"{WORD}id") for node in body.iter(f"{WORD}footnoteReference")]
    assert references == ["2", "3"]
    assert "《算力券办法》" in parts["word/footnotes.xml"]
    assert "/footnotes" in parts["word/_rels/document.xml.rels"]
    assert "footnotes+xml" in parts["[Content_Types].xml"]


def test_a_word_file_opens_again_and_holds_question_and_answer() -> None:
    import docx

    data = conversation_docx((turn(answered()),), "zh")
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(data)).paragraphs)
    assert "最多领取多少？" in text
    assert "300万元" in text
    assert "[1]" not in text


def test_hostile_and_impossible_characters_do_not_break_a_word_file() -> None:
    words = HOSTILE + "\x00\ud800]]>&"
    cited = citation(quote=words)
    parts = parts_of(
        conversation_docx((turn(answered(f"{words}[1]", citations=(cited,)), question=words),), "zh")
    )
    parse_xml(parts["word/document.xml"].encode())
    parse_xml(parts["word/footnotes.xml"].encode())
    assert "evil.example" not in parts["word/_rels/document.xml.rels"]


def test_the_clipboard_gets_answer_and_numbered_sources() -> None:
    text = turn_text(turn(answered()))
    assert text.startswith("最多领取多少？\n")
    assert "\n[1] “每家企业每年最多领取300万元。”——《算力券办法》" in text
