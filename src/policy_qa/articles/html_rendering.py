"""A tree of HTML, or of trafilatura's own tags, as lines of text."""

from __future__ import annotations

import re
from typing import Any, Final

_FURNITURE: Final = frozenset(("nav", "aside", "footer", "button", "input"))
_BLOCKS: Final = frozenset(
    (
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "cell",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "item",
        "lb",
        "legend",
        "li",
        "list",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "quote",
        "row",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    )
)


def render(element: Any) -> str:
    """Renders a tree as lines: headings with marks, list items with dashes, rows with bars."""
    pieces: list[str] = []
    for event, node in _walk(element):
        tag = node.tag if isinstance(node.tag, str) else ""
        if event == "start":
            if tag in _BLOCKS and tag not in ("td", "th", "cell"):
                pieces.append("\n")
            pieces.append(_mark(node, tag))
            pieces.append(_spaces(node.text))
        else:
            if tag in ("td", "th", "cell") and node.getnext() is not None:
                pieces.append(" | ")
            elif tag in _BLOCKS:
                pieces.append("\n")
            if node is not element:
                pieces.append(_spaces(node.tail))
    lines = (re.sub(" {2,}", " ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line and line not in ("-", "|") and line.strip("# ")).strip()


def _walk(element: Any) -> list[tuple[str, Any]]:
    """Lists the nodes in document order, with starts and ends, furniture left out."""
    events: list[tuple[str, Any]] = []
    stack: list[tuple[str, Any]] = [("start", element)]
    while stack:
        event, node = stack.pop()
        events.append((event, node))
        if event == "start":
            stack.append(("end", node))
            if node.tag in _FURNITURE and node is not element:
                events.pop()
                stack.pop()
                events.append(("end", node))
                continue
            stack.extend(("start", child) for child in reversed(node) if isinstance(child.tag, str))
    return events


def _mark(node: Any, tag: str) -> str:
    level = re.fullmatch("h([1-6])", str(node.get("rend") if tag == "head" else tag))
    if level:
        return "#" * int(level[1]) + " "
    return "- " if tag in ("li", "item") else ""


def _spaces(text: str | None) -> str:
    """Makes runs of white space one space; between Han characters a line break is none."""
    if not text:
        return ""
    text = re.sub("(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*\n\\s*(?=[\u3000-\u9fff\uff00-\uffef])", "", text)
    return re.sub("[ \t\r\n\f\xa0]+", " ", text)


def paragraphs(body: Any) -> list[tuple[Any, str]]:
    """Lists the innermost blocks with their words, furniture left out."""
    found = []
    for event, node in _walk(body):
        if event == "start" and node.tag in _BLOCKS and not any(_holds_block(child) for child in node):
            found.append((node, "".join(node.itertext()).strip()))
    return found


def _holds_block(element: Any) -> bool:
    return any(node.tag in _BLOCKS and node.tag != "br" for node in element.iter())
