"""The page as a whole: its head, its tabs, its language, and the pane an article opens in."""

from __future__ import annotations

from typing import Any

import gradio as gr

from policy_qa.errors import PolicyQAError
from policy_qa.records import Language
from policy_qa.ui.bridge import order
from policy_qa.ui.chat_tab import (
    ChatActions,
    ChatTab,
    bind_chat_tab,
    build_chat_tab,
    show,
    translate_chat_tab,
)
from policy_qa.ui.conversation import Conversation
from policy_qa.ui.desk import Desk
from policy_qa.ui.escaping import e
from policy_qa.ui.library_tab import bind_library_tab, build_library_tab, translate_library_tab
from policy_qa.ui.quality_markup import quality_html
from policy_qa.ui.reader_markup import reader_html, removed_html
from policy_qa.ui.settings_markup import settings_html
from policy_qa.ui.wording import say

_TABS = ("tab_ask", "tab_library", "tab_quality", "tab_settings")
_FIRST: Language = "zh"
_PREFERRED = """() => {
  let kept = new URLSearchParams(location.search).get("lang");
  try { kept = kept || localStorage.getItem("policy-qa-language"); } catch (error) { /* no storage */ }
  const wanted = kept || navigator.language || "zh";
  return [null, wanted.toLowerCase().startsWith("zh") ? "zh" : "en"];
}"""


def build_layout(desk: Desk, script: str) -> Any:
    """Builds the page.

    Args:
        desk: Does the work.
        script: The page's JavaScript; runs once, with Gradio's ``trigger``, ``server`` and ``watch``.

    Returns:
        A ``gradio.Blocks``.
    """
    with gr.Blocks(title="policy_qa", analytics_enabled=False, delete_cache=(3600, 3600)) as page:
        bridge = gr.HTML(
            "",
            html_template="",
            js_on_load=script,
            server_functions=reading(desk),
            elem_id="pq-bridge",
            apply_default_css=False,
        )
        with gr.Row(elem_id="pq-head"):
            head = gr.HTML(head_html(_FIRST), elem_id="pq-brand", apply_default_css=False)
            language = gr.Radio(
                [("中文", "zh"), ("English", "en")],
                value=_FIRST,
                label=say(_FIRST, "language"),
                show_label=False,
                container=False,
                elem_id="pq-language",
            )
        with gr.Tabs(elem_id="pq-tabs"):
            tabs = {key: gr.Tab(say(_FIRST, key), id=key, elem_id=f"pq-{key}") for key in _TABS}
            with tabs["tab_ask"]:
                chat = build_chat_tab(_FIRST)
            with tabs["tab_library"]:
                library = build_library_tab(_FIRST)
            with tabs["tab_quality"]:
                quality = gr.HTML("", apply_default_css=False)
            with tabs["tab_settings"]:
                settings = gr.HTML("", apply_default_css=False)
        reader = gr.HTML(pane_html(_FIRST), elem_id="pq-pane", apply_default_css=False)
        actions = ChatActions(chat, desk)
        bind_chat_tab(chat, actions, bridge, language)
        bind_library_tab(
            library,
            desk,
            tabs["tab_library"],
            bridge,
            language,
            [chat.publishers, chat.articles],
            lambda wanted: fill_filters(chat, desk, wanted),
        )
        _bind_reports(desk, tabs, quality, settings, language)

        def translate(conversation: Conversation, wanted: Language) -> dict[Any, Any]:
            return {
                **{tabs[key]: gr.update(label=say(wanted, key)) for key in _TABS},
                **translate_chat_tab(chat, wanted),
                **fill_filters(chat, desk, wanted),
                **translate_library_tab(library, wanted),
                **show(chat, desk, conversation, wanted),
                head: head_html(wanted),
                reader: pane_html(wanted),
                language: gr.update(value=wanted, label=say(wanted, "language")),
                bridge: order("language", language=wanted),
            }

        words = [
            *tabs.values(),
            *chat.all,
            *translate_library_tab(library, _FIRST),
            head,
            reader,
            language,
            bridge,
        ]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        said = [chat.conversation, language]
        for event in (
            page.load(translate, said, words, js=_PREFERRED, **quiet),
            language.input(translate, said, words, **quiet),
        ):
            event.then(
                actions.suggest,
                language,
                chat.suggestions,
                concurrency_limit=1,
                concurrency_id="suggest",
                **quiet,
            )
    page.queue(max_size=256)
    return page


def reading(desk: Desk) -> list[Any]:
    """What the script calls directly: an article, and what cleaning took from one. Both as HTML."""

    def read(asked: Any) -> str:
        asked = asked if isinstance(asked, dict) else {}
        language: Language = "en" if asked.get("language") == "en" else "zh"
        try:
            article = desk.engine.article(str(asked.get("article", "")))
        except PolicyQAError as error:
            return f'<p class="pq-error" role="alert">{e(error)}</p>'
        if asked.get("cleaned"):
            return removed_html(article.removed, language)
        start, end = _offset(asked.get("start")), _offset(asked.get("end"))
        speaker = asked.get("by")
        return reader_html(article, start, end, speaker if isinstance(speaker, str) else None, language)

    return [read]


def head_html(language: Language) -> str:
    """Name and purpose."""
    return f"<h1>policy_qa</h1><p>{say(language, 'tagline')}</p>"


def pane_html(language: Language) -> str:
    """The pane, empty; the script fills and opens it."""
    return (
        f'<aside id="pq-reader" aria-label="{say(language, "reader")}" hidden></aside>'
        '<div id="pq-tip" role="tooltip" hidden></div>'
        '<div id="pq-said" role="status" aria-live="polite"></div>'
    )


def fill_filters(chat: ChatTab, desk: Desk, language: Language) -> dict[Any, Any]:
    """What can be filtered by, as the library stands now."""
    publishers, articles = desk.choices()
    return {
        chat.publishers: gr.update(choices=publishers, label=say(language, "publisher")),
        chat.articles: gr.update(choices=articles, label=say(language, "article")),
    }


def _bind_reports(desk: Desk, tabs: dict[str, Any], quality: Any, settings: Any, language: Any) -> None:
    def measured(language: Language) -> str:
        return quality_html(desk.evaluation_folders(), language)

    def running(language: Language) -> str:
        try:
            return settings_html(desk.engine, language)
        except PolicyQAError as error:
            return f'<p class="pq-error">{e(error)}</p>'

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    tabs["tab_quality"].select(measured, language, quality, **quiet)
    tabs["tab_settings"].select(running, language, settings, **quiet)
    language.input(measured, language, quality, **quiet)
    language.input(running, language, settings, **quiet)


def _offset(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
