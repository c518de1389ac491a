"""The tab where questions are asked: its components, and what happens when a reader acts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Final, get_args

import gradio as gr

from policy_qa.errors import PolicyQAError
from policy_qa.feedback import Thumb
from policy_qa.records import Language
from policy_qa.ui.bridge import number_of, order, scope_of, text_of
from policy_qa.ui.conversation import Conversation, Scope, find, stop
from policy_qa.ui.desk import AT_ONCE, LONGEST_QUESTION, Desk
from policy_qa.ui.export_docx import conversation_docx
from policy_qa.ui.export_markdown import conversation_markdown
from policy_qa.ui.thread_markup import earlier_html, edit_html, live_html, suggestions_html
from policy_qa.ui.wording import say

_DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Updates = dict[Any, Any]


@dataclass(frozen=True)
class ChatTab:
    """The components of the tab.

    ``since`` and ``until`` hold ISO dates; ``conversation`` and ``editing`` are kept by the
    server for each session.
    """

    conversation: Any
    editing: Any
    earlier: Any
    live: Any
    suggestions: Any
    edit_line: Any
    question: Any
    filters: Any
    publishers: Any
    articles: Any
    since: Any
    until: Any

    @property
    def all(self) -> list[Any]:
        """Every component, as outputs of an event."""
        return [getattr(self, field.name) for field in fields(self)]

    @property
    def said(self) -> list[Any]:
        """The components that change while an answer comes in.

        Gradio goes through all outputs of an event, and all they hold, at each of its steps: each
        one more delays the first words.
        """
        return [self.conversation, self.editing, self.earlier, self.live, self.edit_line, self.question]

    @property
    def scope(self) -> list[Any]:
        """The components that hold filters, in the order of ``Scope``."""
        return [self.publishers, self.articles, self.since, self.until]


def build_chat_tab(language: Language) -> ChatTab:
    """Lays out the tab."""
    conversation, editing = gr.State(()), gr.State(None)
    earlier = gr.HTML("", elem_id="pq-earlier", apply_default_css=False)
    live = gr.HTML("", elem_id="pq-current", apply_default_css=False)
    suggestions = gr.HTML("", elem_id="pq-suggestions", apply_default_css=False)
    with gr.Column(elem_id="pq-composer"):
        edit_line = gr.HTML("", elem_id="pq-edit-line", apply_default_css=False)
        question = gr.Textbox(
            label=say(language, "question"),
            placeholder=say(language, "placeholder"),
            show_label=False,
            submit_btn=say(language, "send"),
            autofocus=True,
            max_length=LONGEST_QUESTION,
            elem_id="pq-question",
        )
        with gr.Accordion(say(language, "filters"), open=False, elem_id="pq-filters") as filters:
            with gr.Row():
                publishers = gr.Dropdown([], label=say(language, "publisher"), multiselect=True)
                articles = gr.Dropdown([], label=say(language, "article"), multiselect=True)
            with gr.Row():
                since = gr.Textbox(label=say(language, "since"), placeholder="2025-01-31", max_length=10)
                until = gr.Textbox(label=say(language, "until"), placeholder="2025-12-31", max_length=10)
    return ChatTab(
        conversation,
        editing,
        earlier,
        live,
        suggestions,
        edit_line,
        question,
        filters,
        publishers,
        articles,
        since,
        until,
    )


def translate_chat_tab(tab: ChatTab, language: Language) -> Updates:
    """The words of the tab in another language."""
    return {
        tab.question: gr.update(
            label=say(language, "question"),
            placeholder=say(language, "placeholder"),
            submit_btn=say(language, "send"),
        ),
        tab.filters: gr.update(label=say(language, "filters")),
        tab.publishers: gr.update(label=say(language, "publisher")),
        tab.articles: gr.update(label=say(language, "article")),
        tab.since: gr.update(label=say(language, "since")),
        tab.until: gr.update(label=say(language, "until")),
    }


def show(tab: ChatTab, desk: Desk, conversation: Conversation, language: Language) -> Updates:
    """The conversation on the page, all of it."""
    searched = desk.searched()
    return {
        tab.conversation: conversation,
        tab.earlier: earlier_html(conversation, language, searched),
        tab.live: live_html(conversation, language, searched),
    }


class ChatActions:
    """What a reader does in the tab. Each method is an event of the page."""

    def __init__(self, tab: ChatTab, desk: Desk) -> None:
        self._tab = tab
        self._desk = desk

    def submit(
        self, question: str, conversation: Conversation, editing: int | None, *rest: Any
    ) -> Iterator[Updates]:
        """The question in the box was sent."""
        *scope, language = rest
        yield from self._ask(conversation, question, _read(scope), language, editing)

    def again(self, conversation: Conversation, *rest: Any) -> Iterator[Updates]:
        """A question comes from a button or a link: an example, a shared one, one asked again."""
        *scope, language, event = rest
        turn = find(conversation, number_of(event, "turn"))
        if turn is None:
            # Examples were found in the whole corpus: filters that are still set would leave them unanswered.
            given = Scope() if text_of(event, "kind") == "example" else scope_of(event)
            question, chosen = text_of(event, "question"), _read(scope) if given is None else given
            shown = {} if given is None else self._show_scope(given)
            yield from self._ask(conversation, question, chosen, language, None, shown)
        elif text_of(event, "kind") == "widen":
            yield from self._ask(
                conversation, turn.question, Scope(), language, turn.number, self._show_scope(Scope())
            )
        else:
            yield from self._ask(conversation, turn.question, turn.scope, language, turn.number)

    def edit(self, conversation: Conversation, language: Language, event: gr.EventData) -> Updates:
        """An earlier question goes back into the box."""
        tab, turn = self._tab, find(conversation, number_of(event, "turn"))
        if turn is None:
            return {tab.editing: None, tab.edit_line: "", tab.question: gr.update(value="")}
        return {
            tab.editing: turn.number,
            tab.edit_line: edit_html(turn.number, language),
            tab.question: gr.update(value=turn.question),
        }

    def stop(self, conversation: Conversation, language: Language) -> Updates:
        """The reader does not want to wait."""
        return {
            **show(self._tab, self._desk, stop(conversation), language),
            self._tab.question: self._ready(language),
        }

    def new(self, language: Language) -> Updates:
        """A new conversation."""
        return {
            **show(self._tab, self._desk, (), language),
            self._tab.editing: None,
            self._tab.edit_line: "",
            self._tab.question: gr.update(value=""),
        }

    def suggest(self, language: Language) -> str:
        """Questions to start with. They take a moment to find, in which a reader may ask one."""
        return suggestions_html(language, self._desk.examples(language))

    def judge(self, conversation: Conversation, language: Language, event: gr.EventData) -> Updates:
        """A thumb, with or without a reason."""
        thumb = text_of(event, "thumb")
        if thumb not in get_args(Thumb):
            return {self._tab.edit_line: gr.skip()}
        chosen: Thumb = "up" if thumb == "up" else "down"
        try:
            judged = self._desk.judge(
                conversation, number_of(event, "turn"), chosen, text_of(event, "reason")
            )
        except PolicyQAError as error:
            raise gr.Error(str(error)) from error
        return show(self._tab, self._desk, judged, language)

    @staticmethod
    def export(conversation: Conversation, language: Language, event: gr.EventData) -> str:
        """An order to the script to save the conversation as a file."""
        if text_of(event, "kind") == "docx":
            name, kind, data = "policy_qa.docx", _DOCX, conversation_docx(conversation, language)
        else:
            text = conversation_markdown(conversation, language)
            name, kind, data = "policy_qa.md", "text/markdown;charset=utf-8", text.encode("utf-8")
        return order("save", name=name, type=kind, data=base64.b64encode(data).decode("ascii"))

    def _ask(
        self,
        conversation: Conversation,
        question: str,
        scope: Scope,
        language: Language,
        at: int | None,
        more: Updates | None = None,
    ) -> Iterator[Updates]:
        tab = self._tab
        if not (question or "").strip():
            yield more or {tab.edit_line: gr.skip()}
            return
        asked = self._desk.ask(conversation, question, scope, language, at)
        shown = next(asked)
        yield {
            **show(tab, self._desk, shown, language),
            tab.editing: None,
            tab.edit_line: "",
            tab.question: gr.update(value="", submit_btn=False, stop_btn=say(language, "stop")),
            **(more or {}),
        }
        for said in asked:
            if said is shown:  # a chance to stop, nothing more
                yield {tab.edit_line: gr.skip()}
                continue
            shown = said
            updates = show(tab, self._desk, said, language)
            del updates[tab.earlier]
            yield updates if said[-1].pending else {**updates, tab.question: self._ready(language)}

    def _show_scope(self, scope: Scope) -> Updates:
        values = (list(scope.publishers), list(scope.articles), scope.since, scope.until)
        return dict(zip(self._tab.scope, (gr.update(value=v) for v in values), strict=True))

    @staticmethod
    def _ready(language: Language) -> Any:
        return gr.update(submit_btn=say(language, "send"), stop_btn=False)


def _read(values: list[Any]) -> Scope:
    publishers, articles, since, until = values
    return Scope(
        publishers=tuple(publishers or ()),
        articles=tuple(articles or ()),
        since=(since or "").strip(),
        until=(until or "").strip(),
    )


def bind_chat_tab(tab: ChatTab, actions: ChatActions, bridge: Any, language: Any) -> None:
    """Connects what readers do with what happens."""
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    busy = {**quiet, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}

    # Gradio reads the signature to see that the event's data is wanted.
    def again(
        conversation: Any,
        publishers: Any,
        articles: Any,
        since: Any,
        until: Any,
        language: Any,
        e: gr.EventData,
    ) -> Iterator[Updates]:
        yield from actions.again(conversation, publishers, articles, since, until, language, e)

    asked = [
        tab.question.submit(
            actions.submit,
            [tab.question, tab.conversation, tab.editing, *tab.scope, language],
            tab.said,
            **busy,
        ),
        bridge.ask(again, [tab.conversation, *tab.scope, language], [*tab.said, *tab.scope], **busy),
    ]
    said = [tab.conversation, language]
    tab.question.stop(actions.stop, said, tab.said, cancels=asked, **quiet)
    bridge.edit(actions.edit, said, tab.said, **quiet)
    bridge.new(actions.new, language, tab.said, **quiet)
    bridge.judge(actions.judge, said, tab.said, **quiet)
    bridge.export(actions.export, said, bridge, **quiet)
