"""The conversation as HTML: questions, answers, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from policy_qa.index.terms import has_han
from policy_qa.records import Language
from policy_qa.ui.abstention_markup import Searched
from policy_qa.ui.answer_markup import answer_html, words_html
from policy_qa.ui.conversation import Conversation, Turn
from policy_qa.ui.escaping import attributes, button, e, isolated
from policy_qa.ui.export_markdown import turn_text
from policy_qa.ui.wording import HTML_LANGUAGE, say

_THUMB: Final = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10v10H3V10zm0 0 5-7c1.6 0 2.4 1.2 2 2.8'
    'L13.2 9H19c1.3 0 2.2 1.2 1.9 2.4l-1.7 7c-.2 1-1 1.6-2 1.6H7"/></svg>'
)
"""A raised thumb; turned over for a lowered one."""


def earlier_html(conversation: Conversation, language: Language, searched: Searched) -> str:
    """All turns but the last."""
    turns = "".join(turn_html(turn, language, searched) for turn in conversation[:-1])
    return f'<section class="pq-thread" aria-label="{say(language, "conversation")}">{turns}</section>'


def live_html(conversation: Conversation, language: Language, searched: Searched) -> str:
    """The last turn, inside a region that a screen reader follows; a welcome if there is none.

    Args:
        conversation: All turns.
        language: Language of the page's own words.
        searched: What there was to search.
    """
    if not conversation:
        return f'<div class="pq-live" aria-live="off">{welcome_html(language)}</div>'
    turn = conversation[-1]
    busy = "true" if turn.pending else "false"
    inner = turn_html(turn, language, searched)
    tools = "" if busy == "true" else _conversation_tools(language)
    return f'<div class="pq-live" aria-live="polite" aria-busy="{busy}">{inner}{tools}</div>'


def welcome_html(language: Language) -> str:
    """What a reader sees before the first question."""
    return (
        f'<div class="pq-welcome"><h2>{say(language, "welcome")}</h2>'
        f"<p>{say(language, 'welcome_more')}</p></div>"
    )


def suggestions_html(language: Language, examples: Sequence[str]) -> str:
    """Questions to start with, each a button."""
    items = "".join(
        '<li><button type="button" class="pq-example"'
        f"{attributes(act='ask', question=example, kind='example')}"
        f' lang="{_language_of(example)}">{e(example)}</button></li>'
        for example in examples
    )
    if not items:
        return ""
    heading = f'<h3 id="pq-examples">{say(language, "examples")}</h3>'
    return f'<div class="pq-suggested">{heading}<ul aria-labelledby="pq-examples">{items}</ul></div>'


def turn_html(turn: Turn, language: Language, searched: Searched) -> str:
    """One question and what came of it."""
    n = turn.number
    spoken = _language_of(turn.question)
    question = f'<h2 class="pq-question" id="pq-q-{n}" lang="{spoken}">{isolated(turn.question)}</h2>'
    if turn.pending:
        body = _pending(turn, language)
    elif turn.stopped:
        body = f'<p class="pq-notice">{say(language, "stopped")}</p>{_tools(turn, language)}'
    elif turn.error is not None:
        said = f"{say(language, 'failed')}{turn.error}"
        body = f'<p class="pq-error" role="alert">{e(said)}</p>{_tools(turn, language)}'
    else:
        body = answer_html(turn, language, searched) + _tools(turn, language)
    return f'<article class="pq-turn" id="pq-turn-{n}" aria-labelledby="pq-q-{n}">{question}{body}</article>'


def _pending(turn: Turn, language: Language) -> str:
    """What can be said before the answer is there: where it is looked for, what a model said so far."""
    if turn.so_far:
        return words_html(turn.so_far, turn.cited, _language_of(turn.so_far), language, turn.number)
    if not turn.reading:
        return f'<p class="pq-wait">{say(language, "searching")}</p>'
    left, right, comma = ("《", "》", "") if language == "zh" else ("“", "”", ", ")
    titles = comma.join(f"{left}{title}{right}" for title in turn.reading)
    return f'<p class="pq-notice">{e(say(language, "reading", titles=titles))}</p>'


def edit_html(number: int | None, language: Language) -> str:
    """The line above the question box while an earlier question is being edited."""
    if number is None:
        return ""
    return (
        f'<p class="pq-editing" role="status">{say(language, "editing", n=number)}'
        f" {button('cancel', say(language, 'cancel'))}</p>"
    )


def _conversation_tools(language: Language) -> str:
    buttons = (
        button("new", say(language, "new"))
        + button("export", say(language, "export_md"), kind="md")
        + button("export", say(language, "export_docx"), kind="docx")
    )
    return f'<div class="pq-tools" role="group" aria-label="{say(language, "conversation")}">{buttons}</div>'


def _tools(turn: Turn, language: Language) -> str:
    n = turn.number
    buttons = button("edit", say(language, "edit"), turn=n) + button("retry", say(language, "retry"), turn=n)
    if turn.answer is not None:
        buttons += button("copy", say(language, "copy"), text=turn_text(turn), done=say(language, "copied"))
    buttons += button(
        "share",
        say(language, "share"),
        question=turn.question,
        publisher="\n".join(turn.scope.publishers) or None,
        article="\n".join(turn.scope.articles) or None,
        since=turn.scope.since or None,
        until=turn.scope.until or None,
        done=say(language, "shared"),
    )
    thumbs = _thumbs(turn, language) if turn.answer is not None else ""
    label = say(language, "actions")
    return f'<div class="pq-tools" role="group" aria-label="{label}">{buttons}{thumbs}</div>'


def _thumbs(turn: Turn, language: Language) -> str:
    n = turn.number
    if turn.thumb is not None:
        return (
            f'<span class="pq-thanks pq-{turn.thumb}" role="status">{_THUMB} {say(language, "thanks")}</span>'
        )
    made = ""
    for thumb in ("up", "down"):
        label = say(language, thumb)
        made += (
            f'<button type="button" class="pq-button pq-thumb pq-{thumb}" title="{label}"'
            f' aria-label="{label}" aria-expanded="false"{attributes(act="thumb", turn=n, thumb=thumb)}>'
            f"{_THUMB}</button>"
        )
    form = (
        f'<form class="pq-reason" data-turn="{n}" hidden><label>{say(language, "reason")}'
        f' <input name="reason" maxlength="2000" autocomplete="off"></label>'
        f'<button type="submit" class="pq-button">{say(language, "send_feedback")}</button></form>'
    )
    return made + form


def _language_of(text: str) -> str:
    """The language of a text, for voice and typeface: Chinese if it has Han in it."""
    return HTML_LANGUAGE["zh" if has_han(text) else "en"]
