"""Which elements of a page its style hides, and taking them out."""

from __future__ import annotations

import re
from typing import Any, Final

_SILENT: Final = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "video",
        "audio",
        "select",
        "textarea",
    )
)
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?<!-)opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|font-size\s*:\s*0|"
    r"(?:text-indent|left|top|margin-left)\s*:\s*-\d{3,}|(?<![-\w])(?:width|height)\s*:\s*[01](?:px)?\s*(?:;|!|$)|"
    r"(?<![-\w])color\s*:\s*transparent|clip\s*:\s*rect\(\s*[01]|clip-path\s*:\s*inset\(\s*(?:50|100)%|transform\s*:\s*scale\(\s*0",
    re.IGNORECASE,
)
_REVEALED: Final = re.compile(r"visibility\s*:\s*hidden|opacity\s*:\s*0[^;]*", re.IGNORECASE)
_SHOWING: Final = re.compile(
    r"display\s*:\s*(?:block|flex|grid|inline|table|contents)|visibility\s*:\s*visible|opacity\s*:\s*(?:1|0?\.\d)",
    re.IGNORECASE,
)
_CSS_RULE: Final = re.compile(r"([^{}]{1,400})\{([^{}]{0,2000})\}")
_SIMPLE_SELECTOR: Final = re.compile(r"(?:[A-Za-z][\w-]*)?(?:[.#][\w-]+)")


def drop_hidden(page: Any) -> list[tuple[str, str, int]]:
    """Takes out what the page does not show; gives the words that were hidden."""
    hidden = _hidden_selectors(page)
    removed: list[tuple[str, str, int]] = []
    for element in list(page.iter()):
        if not isinstance(element.tag, str) or element.tag in ("html", "body"):
            continue
        if element.tag in _SILENT:
            _drop(element)
        elif _is_hidden(element, hidden):
            words = " ".join("".join(element.itertext()).split())
            if words:
                removed.append(("hidden_element", words, int(element.sourceline or 1)))
            _drop(element)
    return removed


def _drop(element: Any) -> None:
    """Takes an element out of its tree, its following text left in."""
    if element.getparent() is not None:
        element.drop_tree()


def _is_hidden(element: Any, selectors: frozenset[str]) -> bool:
    style = element.get("style") or ""
    if element.get("id") == "js_content":  # WeChat writes its article hidden and shows it by script
        style = _REVEALED.sub("", style)
    if style and _HIDING.search(style):
        return True
    if element.get("hidden") is not None:
        return True
    if not selectors:
        return False
    classes = (element.get("class") or "").split()
    names = {f".{name}" for name in classes} | ({f"#{element.get('id')}"} if element.get("id") else set())
    return any(name in selectors or f"{element.tag}{name}" in selectors for name in names)


def _hidden_selectors(page: Any) -> frozenset[str]:
    """Reads from the page's own style sheets which classes and ids they hide.

    Rules for certain media are left out, and so are names that another rule shows again
    (a tab that is hidden until chosen).
    """
    hidden: set[str] = set()
    shown = ""
    for sheet in page.iter("style"):
        for match in _CSS_RULE.finditer(_without_media_rules((sheet.text or "")[:200_000])):
            if _HIDING.search(match[2]):
                names = (name.strip() for name in match[1].split(","))
                hidden.update(name for name in names if _SIMPLE_SELECTOR.fullmatch(name))
            elif _SHOWING.search(match[2]):
                shown += match[1] + " "
    return frozenset(name for name in hidden - {"#js_content"} if name not in shown)


def _without_media_rules(css: str) -> str:
    """Leaves out ``@media`` and other nested blocks of a style sheet."""
    kept: list[str] = []
    depth, start, nested = 0, 0, False
    for match in re.finditer(r"[{}]", css):
        if match[0] == "{":
            if depth == 0:
                nested = css[start : match.start()].lstrip().startswith("@")
            depth += 1
            continue
        depth = max(depth - 1, 0)
        if depth == 0:
            if not nested:
                kept.append(css[start : match.end()])
            start = match.end()
    return "".join(kept)
