"""What the page's script and the server say to each other.

The script triggers events with data; nothing in that data is trusted to be of the right type.
The server gives orders, as JSON in a component nobody sees.
"""

from __future__ import annotations

import itertools
import json
from typing import Any, Final

from policy_qa.ui.conversation import Scope
from policy_qa.ui.desk import LONGEST_QUESTION
from policy_qa.ui.escaping import plain

_MOST: Final = 200
_counter = itertools.count(1)


def order(do: str, **values: object) -> str:
    """An order to the script; two of the same words still differ, so that each is carried out."""
    return json.dumps({"do": do, "n": next(_counter), **values})


def text_of(event: Any, key: str) -> str:
    """A text in an event's data; empty if there is none."""
    value = _data(event).get(key)
    return plain(value[:LONGEST_QUESTION]) if isinstance(value, str) else ""


def number_of(event: Any, key: str) -> int:
    """A number in an event's data; 0 if there is none."""
    try:
        return int(_data(event).get(key) or 0)
    except (TypeError, ValueError, OverflowError):
        return 0


def scope_of(event: Any) -> Scope | None:
    """Filters in an event's data, lists as lines of text; ``None`` if there are none."""
    listed = {
        name: tuple(text_of(event, key).split("\n")[:_MOST]) if text_of(event, key) else ()
        for name, key in (("publishers", "publisher"), ("articles", "article"))
    }
    scope = Scope(**listed, since=text_of(event, "since")[:10], until=text_of(event, "until")[:10])
    return scope if scope else None


def _data(event: Any) -> dict[str, Any]:
    data = getattr(event, "_data", None)
    return data if isinstance(data, dict) else {}
