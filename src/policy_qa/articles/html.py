"""HTML to text: the article of a page, without what its style hides.

trafilatura finds the article. It is checked against a plain rendering of the page: where
it lost prose (it does on short Chinese pages), the plain rendering is used instead and
the rules of cleaning take the furniture off, so that no sentence goes missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from policy_qa.articles.extraction import Extraction, ExtractionError
from policy_qa.articles.html_hiding import drop_hidden
from policy_qa.articles.html_rendering import paragraphs, render
from policy_qa.articles.lines import compact, is_prose

LEAST_COVERAGE: Final = 0.95
"""Share of the page's prose, in characters, that trafilatura's reading must hold to be used."""

MOST_LINKED: Final = 0.3
"""Share of link text, in characters, up to which a container is taken for the article's."""

_FEWEST_PARAGRAPHS: Final = 2
_LINES_COMPARED: Final = 50
_BLOCKS_COMPARED: Final = 500
_SITE_SUFFIX: Final = re.compile("[-–—][^-–—]{1,14}(?:网|网站|报|社|局|部|委|厅|办公室|平台|政府|新闻|频道)$")
_DATE_NAMES: Final = (
    "article:published_time",
    "og:published_time",
    "publishdate",
    "pubdate",
    "publish_date",
    "datepublished",
    "dc.date",
)
_SITE_NAMES: Final = ("contentsource", "og:site_name", "sitename", "application-name")
_AUTHOR_NAMES: Final = ("article:author", "author", "dc.creator")


def extract_html(data: bytes, most_characters: int) -> Extraction:
    """Reads the article of a page.

    Args:
        data: The page, in UTF-8.
        most_characters: Most characters of text.

    Raises:
        ExtractionError: If the page holds no text.
    """
    import lxml.html  # type: ignore[import-untyped]
    from lxml.etree import ParserError  # type: ignore[import-untyped]

    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = lxml.html.document_fromstring(data, parser=parser)
    except (ParserError, ValueError) as failure:
        raise ExtractionError("holds no text.") from failure
    fields = _fields(page)
    removed = drop_hidden(page)
    body = page.find("body") if page.find("body") is not None else page
    headline = _headline(body)
    title = _title(page, headline)
    text = _article(page, body)
    if headline and compact(headline) not in compact(text[:2000]):
        text = f"# {headline}\n{text}"
    if not text.strip():
        raise ExtractionError("shows no text; its content may be made by scripts. Save it as text.")
    if len(text) > most_characters:
        raise ExtractionError(f"holds more than {most_characters:,} characters. Split it.")
    return Extraction(text, fields | ({"title": title} if title else {}), tuple(removed))


def _article(page: Any, body: Any) -> str:
    """Gives trafilatura's reading of a page, or a plain one of the part that it cut short."""
    import trafilatura

    plain = render(body)
    blocks = [(element, words) for element, words in paragraphs(body) if is_prose(words)]
    found = trafilatura.bare_extraction(
        page,
        include_comments=False,
        include_tables=True,
        include_formatting=False,
        include_links=False,
        fast=True,
    )
    reading = getattr(found, "body", None)
    text = render(reading) if reading is not None else ""
    held = {compact(line) for line in text.split("\n")}
    whole = "\n".join(held)
    matched = {element for element, words in blocks if compact(words) in held or compact(words) in whole}
    merged = _is_merged(held, [compact(words) for _, words in blocks])
    if len(matched) < _FEWEST_PARAGRAPHS:
        return plain if merged or len(plain) > len(text) else text
    around = _climb(_common_ancestor(list(matched)), body)
    inside = [(element, words) for element, words in blocks if around in (element, *element.iterancestors())]
    covered = sum(len(words) for element, words in inside if element in matched)
    if merged or covered < LEAST_COVERAGE * sum(len(words) for _, words in inside):
        return render(around)
    return text


def _is_merged(held: set[str], blocks: list[str]) -> bool:
    """Says whether a line holds several of the page's paragraphs: the reading lost its structure."""
    longest = sorted(held - set(blocks), key=len, reverse=True)[:_LINES_COMPARED]
    return any(sum(words in line for words in blocks[:_BLOCKS_COMPARED]) > 1 for line in longest)


def _climb(element: Any, body: Any) -> Any:
    """Widens a container while what it gains is text, not links."""
    while element is not body and element.getparent() is not None:
        wider = element.getparent()
        linked = sum(len("".join(link.itertext()).strip()) for link in wider.iter("a"))
        if wider is body or linked > MOST_LINKED * len("".join(wider.itertext())):
            break
        element = wider
    return element


def _common_ancestor(elements: list[Any]) -> Any:
    shared = [elements[0], *elements[0].iterancestors()]
    for element in elements[1:]:
        line = {element, *element.iterancestors()}
        shared = [ancestor for ancestor in shared if ancestor in line]
    return shared[0]


def _headline(body: Any) -> str:
    for path in (".//*[@id='activity-name']", ".//h1"):
        for element in body.iterfind(path):
            words = " ".join("".join(element.itertext()).split())
            if 2 <= len(words) <= 200:
                return words
    return ""


def _title(page: Any, headline: str) -> str:
    """Gives the headline, or the window's title without the site's name."""
    if headline:
        return headline
    named = _meta(page, ("og:title", "articletitle", "title"))
    element = page.find(".//title")
    window = " ".join((element.text or "").split()) if element is not None else ""
    return named or _SITE_SUFFIX.sub("", re.split(r"\s*[_|｜]\s*|\s+[-–—]\s+", window)[0]).strip()


def _fields(page: Any) -> dict[str, str]:
    account = page.find(".//*[@id='js_name']")
    link = page.find(".//link[@rel='canonical']")
    found: Mapping[str, str] = {
        "publisher": " ".join("".join(account.itertext()).split())
        if account is not None
        else _meta(page, _SITE_NAMES),
        "author": _meta(page, _AUTHOR_NAMES),
        "published": _meta(page, _DATE_NAMES),
        "url": (link.get("href") or "") if link is not None else _meta(page, ("og:url",)),
    }
    url = found["url"] if found["url"].startswith(("http://", "https://")) else ""
    return {key: value for key, value in {**found, "url": url}.items() if value}


def _meta(page: Any, names: tuple[str, ...]) -> str:
    contents: dict[str, str] = {}
    for element in page.iter("meta"):
        name = (element.get("property") or element.get("name") or element.get("itemprop") or "").lower()
        contents.setdefault(name, " ".join((element.get("content") or "").split()))
    return next((contents[name] for name in names if contents.get(name)), "")
