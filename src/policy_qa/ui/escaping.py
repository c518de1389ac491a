"""Text → HTML that cannot be anything but text. All markup of the page goes through here."""

from __future__ import annotations

import re
from html import escape
from typing import Final
from urllib.parse import urlsplit

_UNSAFE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that neither HTML nor XML can hold; lone surrogates cannot be sent as UTF-8 either."""


def plain(text: str) -> str:
    """The text with a replacement character for each that HTML, XML or UTF-8 cannot hold."""
    return _UNSAFE.sub("\ufffd", text)


def e(value: object) -> str:
    """A value as inert text, for element content and for quoted attributes."""
    return escape(plain(str(value)), quote=True)


def isolated(value: object) -> str:
    """Inert text whose direction marks end with it."""
    return f"<bdi>{e(value)}</bdi>"


def web_address(url: str | None) -> str | None:
    """The address if it is a plain web address; anything else could run script."""
    if not url or url != url.strip():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return plain(url) if parts.scheme in {"http", "https"} and parts.netloc else None


def link(url: str | None, label: str) -> str:
    """A link that opens beside the page and tells the other side nothing; empty if it is none."""
    address = web_address(url)
    if address is None:
        return ""
    return f'<a href="{e(address)}" target="_blank" rel="noopener noreferrer nofollow">{e(label)}</a>'


def button(act: str, label: str, **data: object) -> str:
    """A button the script acts on.

    Args:
        act: What it does; read by ``page.js``.
        label: Its words.
        **data: Becomes ``data-…``; ``True`` is an attribute without a value, ``None`` none.
    """
    return (
        f'<button type="button" class="pq-button" data-act="{e(act)}"{attributes(**data)}>{e(label)}</button>'
    )


def attributes(**data: object) -> str:
    """``data-`` attributes, each with a blank before it."""
    return "".join(
        f" data-{name.replace('_', '-')}" + ("" if value is True else f'="{e(value)}"')
        for name, value in data.items()
        if value is not None
    )
