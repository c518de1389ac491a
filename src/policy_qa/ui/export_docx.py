"""A conversation as a Word document with real footnotes (python-docx knows none, so we add the part)."""

from __future__ import annotations

import io
import re
from typing import Any, Final
from xml.sax.saxutils import escape

from policy_qa.records import Answer, Language
from policy_qa.ui.conversation import Conversation
from policy_qa.ui.escaping import plain, web_address
from policy_qa.ui.export_markdown import source_line

# ECMA-376, part 1, 17.11: footnotes live in a part of their own; 0 and 1 draw the rule above them.
_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_SEPARATORS: Final = (
    '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r><w:continuationSeparator/></w:r></w:p>'
    "</w:footnote>"
)
_FIRST_NOTE: Final = 2
_RAISED: Final = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
_MARKER: Final = re.compile(r"\[(\d{1,3})\]")
_TITLES: Final[dict[Language, str]] = {"zh": "问答记录", "en": "Questions and answers"}
_SONG, _HEI = "宋体", "黑体"


def conversation_docx(conversation: Conversation, language: Language) -> bytes:
    """The conversation as a .docx file; turns without an answer are left out."""
    import docx

    document = docx.Document()
    _typeset(document)
    document.add_heading(_TITLES[language], level=1)
    notes: list[str] = []
    for turn in conversation:
        if turn.answer is None:
            continue
        document.add_heading(plain(turn.question), level=2)
        if turn.answer.short_answer:
            document.add_paragraph().add_run(plain(turn.answer.short_answer)).bold = True
        _body(document, turn.answer, notes)
    _attach(document, notes)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _typeset(document: Any) -> None:
    """Song for text and Hei for headings, as Chinese documents have it; without the template's blue."""
    from docx.oxml.ns import qn
    from docx.shared import RGBColor

    for name, face in (("Normal", _SONG), ("Heading 1", _HEI), ("Heading 2", _HEI)):
        style = document.styles[name]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in [a for a in fonts.attrib if a.endswith("Theme")]:
            del fonts.attrib[attribute]
        fonts.set(qn("w:eastAsia"), face)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Normal"].paragraph_format.line_spacing = 1.5


def _body(document: Any, answer: Answer, notes: list[str]) -> None:
    by_marker = {citation.marker: citation for citation in answer.citations}
    for part in answer.answer.split("\n\n"):
        paragraph = document.add_paragraph()
        for index, piece in enumerate(_MARKER.split(part)):
            citation = by_marker.get(int(piece)) if index % 2 else None
            if citation is not None:
                note = source_line(citation, answer.language)
                address = web_address(citation.url)
                notes.append(f"{note} {address}" if address else note)
                _reference(paragraph, _FIRST_NOTE + len(notes) - 1)
            elif piece:
                paragraph.add_run(plain(f"[{piece}]" if index % 2 else piece))


def _reference(paragraph: Any, number: int) -> None:
    from docx.oxml import parse_xml

    paragraph._p.append(
        parse_xml(
            f'<w:r xmlns:w="{_NAMESPACE}">{_RAISED}<w:footnoteReference w:id="{number}"/></w:r>',
        )
    )


def _attach(document: Any, notes: list[str]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    made = "".join(_note(number, note) for number, note in enumerate(notes, _FIRST_NOTE))
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:footnotes xmlns:w="{_NAMESPACE}">{_SEPARATORS}{made}</w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), _CONTENT_TYPE, xml.encode("utf-8"), document.part.package)
    document.part.relate_to(part, _RELATION)


def _note(number: int, text: str) -> str:
    flat = escape(plain(" ".join(text.split())))
    return (
        f'<w:footnote w:id="{number}"><w:p><w:r>{_RAISED}<w:footnoteRef/></w:r>'
        f'<w:r><w:t xml:space="preserve"> {flat}</w:t></w:r></w:p></w:footnote>'
    )
