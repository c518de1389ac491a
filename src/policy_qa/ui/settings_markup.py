"""What runs where, as HTML. Secrets and credentials inside addresses are never shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import SecretStr

from policy_qa.records import Language
from policy_qa.ui.escaping import e, isolated
from policy_qa.ui.wording import say

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA
    from policy_qa.settings import Settings

_CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET = re.compile(r"token|key|secret|password", re.IGNORECASE)
_SHOWN_ANYWAY = {"passage_tokens"}
_ENDPOINTS = ("chroma_url", "llm_url")


def settings_html(engine: PolicyQA, language: Language) -> str:
    """Two tables: the parts and where they run; every setting."""
    rows = "".join(
        f'<tr><th scope="row">{say(language, key)}</th><td>{isolated(uses)}</td>'
        f"<td>{isolated(place)}</td></tr>"
        for key, uses, place in _parts(engine, language)
    )
    head = "".join(f'<th scope="col">{say(language, key)}</th>' for key in ("part", "uses", "runs"))
    return (
        f'<div class="pq-settings"><h2>{say(language, "where")}</h2>'
        f'<div class="pq-scroll" tabindex="0"><table>'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f"{_all(engine.settings, language)}</div>"
    )


def shown_value(name: str, value: object) -> str:
    """A setting's value for a reader: secrets as dots, credentials cut out of addresses."""
    if value is None or value == ():
        return ""
    if isinstance(value, SecretStr) or (_SECRET.search(name) and name not in _SHOWN_ANYWAY):
        return "••••"
    if isinstance(value, tuple):
        return ", ".join(shown_value(name, one) for one in value)
    return _CREDENTIALS.sub("", str(value))


def _parts(engine: PolicyQA, language: Language) -> list[tuple[str, str, str]]:
    settings, here = engine.settings, say(language, "here")
    manifest = engine.generation.manifest
    dimensions = say(language, "dimensions", n=engine.identity.dimension)
    comma = "，" if language == "zh" else ", "
    chroma = shown_value("chroma_url", settings.chroma_url)
    endpoints = [name for name in _ENDPOINTS if getattr(settings, name, None)]
    outside = ", ".join(shown_value(name, getattr(settings, name)) for name in endpoints)
    answers = (
        (settings.llm_model or "?", shown_value("llm_url", settings.llm_url))
        if settings.llm_url
        else (say(language, "quotes_only"), here)
    )
    index = say(
        language,
        "generation",
        name=manifest.name,
        articles=manifest.n_articles,
        passages=manifest.n_passages,
        sentences=manifest.n_sentences,
    )
    kept = say(language, "feedback_kept", path=settings.feedback)
    return [
        ("embedding", f"{engine.embedder.model_id}{comma}{dimensions}", here),
        *([("reader_model", say(language, "shipped"), here)] if settings.reader else []),
        ("answers", *answers),
        ("vectors", "Chroma" if chroma else say(language, "embedded"), chroma or here),
        ("index", index, here),
        ("feedback", kept, here),
        ("network", outside or say(language, "no_network"), outside and "→"),
    ]


def _all(settings: Settings, language: Language) -> str:
    head = "".join(f'<th scope="col">{say(language, key)}</th>' for key in ("setting", "value", "meaning"))
    rows = ""
    for name, field in type(settings).model_fields.items():
        value = shown_value(name, getattr(settings, name)) or say(language, "default")
        rows += (
            f'<tr><th scope="row"><code>{e(name)}</code></th><td>{isolated(value)}</td>'
            f'<td lang="en">{e(field.description or "")}</td></tr>'
        )
    return (
        f'<details><summary>{say(language, "all_settings")}</summary><div class="pq-scroll" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
