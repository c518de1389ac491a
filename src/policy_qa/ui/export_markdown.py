"""A conversation as Markdown with footnotes, and one answer as plain text for the clipboard."""

from __future__ import annotations

import re

from policy_qa.records import Answer, Citation, Language
from policy_qa.ui.conversation import Conversation, Turn
from policy_qa.ui.escaping import plain, web_address

_SPECIAL = re.compile(r"([\\`*_\[\]<>!#|~$&])")
"""What Markdown and the HTML inside it give a meaning. An article's text has to stay text."""

_LEADING = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)
_MARKER = re.compile(r"\[(\d{1,3})\]")
_TITLES: dict[Language, str] = {"zh": "问答记录", "en": "Questions and answers"}
_ASKED: dict[Language, str] = {"zh": "界面：policy_qa", "en": "Exported from policy_qa"}


def conversation_markdown(conversation: Conversation, language: Language) -> str:
    """The conversation, every citation a footnote ``[^turn-marker]`` of its own.

    Args:
        conversation: All turns; those without an answer are left out.
        language: Language of the frame.
    """
    parts = [f"# {_TITLES[language]}", _ASKED[language]]
    notes: list[str] = []
    for turn in conversation:
        if turn.answer is None:
            continue
        parts.append(f"## {inert(turn.question)}")
        if turn.answer.short_answer:
            parts.append(f"**{inert(turn.answer.short_answer)}**")
        parts.append(_body(turn.answer, turn.number))
        notes += [
            f"[^{turn.number}-{c.marker}]: {inert(source_line(c, turn.answer.language))}{_address(c)}"
            for c in turn.answer.citations
        ]
    return "\n\n".join([*parts, "\n".join(notes)]).rstrip() + "\n"


def turn_text(turn: Turn) -> str:
    """One question, its answer and its sources as plain text."""
    if turn.answer is None:
        return turn.question
    lines = [turn.question, ""]
    if turn.answer.short_answer:
        lines += [turn.answer.short_answer, ""]
    lines.append(turn.answer.answer)
    if turn.answer.citations:
        lines.append("")
    for citation in turn.answer.citations:
        lines.append(f"[{citation.marker}] {source_line(citation, turn.answer.language)}{_address(citation)}")
    return plain("\n".join(lines))


def source_line(citation: Citation, language: Language) -> str:
    """The words cited and where they stand, as a bibliography would have it; no address."""
    known = (citation.author, citation.publisher, citation.published and citation.published.isoformat())
    if language == "zh":
        where = "，".join((f"《{citation.title}》", *(part for part in known if part)))
        return f"“{citation.quote}”——{where}。"
    where = ", ".join((f"“{citation.title}”", *(part for part in known if part)))
    return f"“{citation.quote}” {where}."


def inert(text: str) -> str:
    """Text that Markdown shows as it is: no link, no image, no HTML, no heading, one line."""
    flat = " ".join(plain(text).split())
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", flat))


def _body(answer: Answer, number: int) -> str:
    known = {citation.marker for citation in answer.citations}
    made = []
    for part in answer.answer.split("\n\n"):
        pieces = _MARKER.split(part)  # text, marker, text, …
        text = inert_run(pieces[0])
        for marker, words in zip(pieces[1::2], pieces[2::2], strict=True):
            text += f"[^{number}-{marker}]" if int(marker) in known else rf"\[{marker}\]"
            text += inert_run(words)
        made.append(text.strip())
    return "\n\n".join(made)


def inert_run(text: str) -> str:
    """A piece of a line as inert text, its outer blanks kept."""
    left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{' ' if left else ''}{inert(text)}{' ' if right and text.strip() else ''}"


def _address(citation: Citation) -> str:
    address = web_address(citation.url)
    return f" <{address}>" if address and not re.search(r"[<>\s]", address) else ""
