"""The tab with the articles: finding, reading, adding, removing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from policy_qa.articles.identity import SUPPORTED_SUFFIXES
from policy_qa.index.generation_writer import Progress
from policy_qa.library import LibraryReport
from policy_qa.records import Language
from policy_qa.ui.bridge import text_of
from policy_qa.ui.desk import Desk
from policy_qa.ui.library_markup import Refused, library_html, upload_html
from policy_qa.ui.wording import say

ONE_WRITER: Final = "library"
"""Changes of the library queue up behind each other."""


@dataclass(frozen=True)
class LibraryTab:
    """The components of the tab."""

    upload: Any
    replace: Any
    outcome: Any
    search: Any
    listing: Any


def build_library_tab(language: Language) -> LibraryTab:
    """Lays out the tab."""
    upload = gr.File(
        label=say(language, "upload"),
        file_count="multiple",
        file_types=sorted(SUPPORTED_SUFFIXES),
        height=130,
        elem_id="pq-upload",
    )
    replace = gr.Checkbox(False, label=say(language, "replace"), elem_id="pq-replace")
    outcome = gr.HTML("", elem_id="pq-outcome", apply_default_css=False, min_height=8)
    words = say(language, "search_library")
    search = gr.Textbox(
        label=words, placeholder=words, show_label=False, container=False, max_length=200, elem_id="pq-search"
    )
    listing = gr.HTML("", elem_id="pq-listing", apply_default_css=False)
    return LibraryTab(upload, replace, outcome, search, listing)


def translate_library_tab(tab: LibraryTab, language: Language) -> dict[Any, Any]:
    """The words of the tab in another language."""
    return {
        tab.upload: gr.update(label=say(language, "upload")),
        tab.replace: gr.update(label=say(language, "replace")),
        tab.search: gr.update(
            label=say(language, "search_library"), placeholder=say(language, "search_library")
        ),
    }


def bind_library_tab(
    tab: LibraryTab,
    desk: Desk,
    opened: Any,
    bridge: Any,
    language: Any,
    filters: list[Any],
    refill: Callable[[Language], dict[Any, Any]],
) -> None:
    """Connects the tab.

    Args:
        tab: Its components.
        desk: Does the work.
        opened: The tab itself, which lists the articles when it is selected.
        bridge: Brings the buttons' events.
        language: The component that holds the page's language.
        filters: Components that name articles, refilled after a change.
        refill: Their updates.
    """
    # One listing at a time: a later search must not be overtaken by an earlier one.
    quiet: dict[str, Any] = {
        "show_progress": "hidden",
        "api_visibility": "private",
        "concurrency_limit": 1,
        "concurrency_id": "listing",
    }

    def listed(search: str, language: Language) -> str:
        return library_html(desk.shelf(), language, search)

    def changed(outcomes: list[LibraryReport | Refused], search: str, language: Language) -> dict[Any, Any]:
        return {
            tab.outcome: upload_html(outcomes, language),
            tab.listing: listed(search, language),
            **refill(language),
        }

    def add(
        files: list[str] | None,
        replace: bool,
        search: str,
        language: Language,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (this is how gradio hands it in)
    ) -> Iterator[dict[Any, Any]]:
        def following(file: Path) -> Progress:
            return lambda stage, done, total: progress(
                (done, total), desc=f"{say(language, 'indexing')} {file.name} ({stage})"
            )

        outcomes: list[LibraryReport | Refused] = []
        for outcome in desk.add([Path(file) for file in files or ()], replace, following):
            outcomes.append(outcome)
            yield {tab.outcome: upload_html(outcomes, language)}
        yield {**changed(outcomes, search, language), tab.upload: None}

    def remove(search: str, language: Language, event: gr.EventData) -> dict[Any, Any]:
        return changed([desk.remove(text_of(event, "article"))], search, language)

    outputs = [tab.outcome, tab.listing, tab.upload, *filters]
    seen = [tab.search, language]
    writing = {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": ONE_WRITER}
    tab.upload.upload(add, [tab.upload, tab.replace, *seen], outputs, show_progress_on=tab.outcome, **writing)
    bridge.remove(remove, seen, outputs, show_progress_on=tab.outcome, **writing)
    opened.select(listed, seen, tab.listing, **quiet)
    language.input(listed, seen, tab.listing, **quiet)
    tab.search.change(listed, seen, tab.listing, **quiet)
