"""The page in a real Chromium. Every visit checks at its end that nobody outside was asked."""

from __future__ import annotations

import os
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from policy_qa.records import Answer

pytestmark = pytest.mark.slow

CHINESE = "科大讯飞改用昇腾910B之后，研发进度受到什么影响？"
ENGLISH = "How many stakeholders of Chinese AI data centres did Strider identify?"
APOLLO = "阿波罗计划前后持续了多少年？"
NOWHERE = "火星上有水吗？"
Open = Callable[..., Any]


@pytest.mark.parametrize(("locale", "question"), [("zh-CN", CHINESE), ("en-GB", ENGLISH)])
def test_a_click_on_a_citation_shows_exactly_the_words_quoted(
    visit: Open, locale: str, question: str
) -> None:
    seen = visit(locale=locale)
    seen.ask(question)
    chip = seen.page.locator("#pq-current .pq-chip").first
    chip.hover()
    quoted = chip.get_attribute("data-quote")
    assert seen.page.inner_text("#pq-tip .pq-tip-quote") == quoted
    chip.click()
    assert seen.marked() == quoted
    assert seen.page.locator("#pq-reader mark").first.is_visible()


def test_the_page_speaks_the_browser_s_language_and_can_be_switched(visit: Open) -> None:
    seen = visit(locale="en-GB")
    assert seen.page.get_by_role("tab", name="Library").is_visible()
    seen.ask(CHINESE)
    seen.page.get_by_text("中文", exact=True).click()
    seen.page.get_by_role("tab", name="文库").wait_for()
    seen.page.wait_for_function("document.documentElement.lang === 'zh-Hans'")
    assert seen.page.inner_text("#pq-current .pq-question") == CHINESE
    assert seen.page.get_by_placeholder("用中文或英文提问").is_visible()
    later = seen.page.context.new_page()
    later.goto(seen.page.url)
    later.get_by_role("tab", name="文库").wait_for()
    later.wait_for_function("document.documentElement.lang === 'zh-Hans'")


def test_a_citation_opens_by_keyboard_and_escape_goes_back_to_it(visit: Open) -> None:
    seen = visit()
    seen.ask(CHINESE)
    chip = seen.page.locator("#pq-current .pq-chip").first
    chip.focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#pq-reader mark")
    assert seen.page.evaluate("document.activeElement.id") == "pq-reader-title"
    seen.page.keyboard.press("Escape")
    assert seen.page.locator("#pq-reader").is_hidden()
    assert seen.page.evaluate("document.activeElement.className").startswith("pq-chip")


def test_an_abstention_looks_like_one_and_leads_on(visit: Open) -> None:
    seen = visit()
    seen.ask(NOWHERE)
    assert "文章里没有答案" in seen.page.inner_text("#pq-current .pq-none")
    seen.page.locator(".pq-nearest .pq-title").first.click()
    assert seen.marked() != ""


def test_a_filter_by_publisher_restricts_what_is_cited_and_can_be_dropped(visit: Open) -> None:
    seen = visit()
    seen.page.click("#pq-filters > button")
    box = seen.page.get_by_role("combobox", name="发布机构")
    box.click()
    seen.page.get_by_role("option", name="数字经济发展评论").click()
    seen.page.keyboard.press("Escape")
    seen.ask(CHINESE)
    shown = seen.page.inner_text("#pq-current")
    assert "温故智新AIGC实验室" not in shown
    if seen.page.locator("[data-act=widen]").count():
        assert "筛选：数字经济发展评论" in shown
        seen.page.click("[data-act=widen]")
        seen.page.wait_for_selector("#pq-current .pq-chip")
        assert "温故智新AIGC实验室" in seen.page.inner_text("#pq-current")


def test_an_uploaded_article_is_answerable_and_can_be_removed_again(visit: Open, tmp_path: Path) -> None:
    article = tmp_path / "青石桥.md"
    article.write_text(
        "# 青石桥算力中心简介\n\n青石桥算力中心2025年6月建成，共有机柜7340个，由青石桥数据公司运营。\n\n"
        "青石桥算力中心每年用电2.6亿千瓦时，其中绿电占比为91%。\n",
        encoding="utf-8",
    )
    broken = tmp_path / "空.md"
    broken.write_text("", encoding="utf-8")
    seen = visit()
    seen.page.get_by_role("tab", name="文库").click()
    seen.page.wait_for_selector(".pq-row")
    seen.page.set_input_files("#pq-upload input[type=file]", [article, broken])
    seen.page.wait_for_selector(".pq-uploaded li:nth-child(2)", timeout=60_000)
    outcome = seen.page.inner_text(".pq-uploaded")
    assert "已收入" in outcome
    assert "没有收入" in outcome
    seen.page.get_by_role("tab", name="提问").click()
    seen.ask("青石桥算力中心有多少个机柜？")
    assert "7340" in seen.page.inner_text("#pq-current .pq-words")
    seen.page.get_by_role("tab", name="文库").click()
    row = seen.page.locator(".pq-row", has_text="青石桥算力中心简介")
    seen.page.fill("#pq-search textarea", "青石桥")
    seen.page.get_by_text("，1 篇符合").wait_for()
    assert row.count() == 1
    seen.page.on("dialog", lambda dialog: dialog.accept())
    row.locator("[data-act=remove]").click()
    row.wait_for(state="detached", timeout=60_000)
    assert "已移除" in seen.page.inner_text(".pq-uploaded")


def test_a_thumb_with_a_reason_is_kept(visit: Open, served: Any) -> None:
    seen = visit()
    seen.ask(CHINESE)
    seen.page.click("#pq-current [data-thumb=down]")
    seen.page.keyboard.type("没有说明时间")
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#pq-current .pq-thanks")
    kept = served.feedback.all()[-1]
    assert (kept.thumb, kept.reason, kept.question) == ("down", "没有说明时间", CHINESE)


def test_a_conversation_is_saved_as_markdown_and_as_word(visit: Open, tmp_path: Path) -> None:
    seen = visit()
    seen.ask(CHINESE)
    for kind, name in (("md", "policy_qa.md"), ("docx", "policy_qa.docx")):
        with seen.page.expect_download() as download:
            seen.page.click(f"#pq-current [data-kind={kind}]")
        assert download.value.suggested_filename == name
        download.value.save_as(tmp_path / name)
    assert "[^1-1]: " in (tmp_path / "policy_qa.md").read_text(encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "policy_qa.docx") as archive:
        assert "word/footnotes.xml" in archive.namelist()


def test_follow_ups_are_added_and_an_edited_question_takes_its_place(visit: Open) -> None:
    seen = visit()
    seen.ask(CHINESE)
    seen.ask(NOWHERE)
    assert seen.page.locator("#pq-earlier .pq-turn").count() == 1
    seen.page.click("#pq-earlier [data-act=edit]")
    seen.page.wait_for_selector(".pq-editing")
    assert seen.page.input_value("#pq-question textarea") == CHINESE
    seen.ask(APOLLO)
    assert seen.page.locator(".pq-turn").count() == 1
    seen.page.evaluate("document.querySelector('#pq-current .pq-words').remove()")
    seen.page.click("[data-act=retry]")
    seen.page.wait_for_selector("#pq-current .pq-words")
    seen.answered(APOLLO)
    assert seen.page.locator(".pq-turn").count() == 1
    seen.page.click("[data-act=new]")
    seen.page.wait_for_selector(".pq-welcome")


def test_a_shared_link_asks_its_question_and_an_example_does_too(visit: Open) -> None:
    seen = visit(f"?q={quote(CHINESE)}&publisher={quote('温故智新AIGC实验室')}")
    seen.answered(CHINESE)
    share = seen.page.locator("#pq-current [data-act=share]")
    assert share.get_attribute("data-publisher") == "温故智新AIGC实验室"
    seen.page.click("[data-act=new]")
    example = seen.page.locator(".pq-example").first
    example.wait_for()
    asked = example.inner_text()
    example.click()
    seen.answered(asked)
    assert seen.page.locator("#pq-current .pq-chip").count() > 0


def test_a_reader_can_stop_waiting(visit: Open, served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer_at_once = served.engine.ask

    def ask_slowly(question: str, **given: Any) -> Answer:
        time.sleep(3)
        answer: Answer = answer_at_once(question, **given)
        return answer

    seen = visit()
    monkeypatch.setattr(served.engine, "ask", ask_slowly)
    seen.page.fill("#pq-question textarea", CHINESE)
    seen.page.press("#pq-question textarea", "Enter")
    seen.page.click("#pq-question .stop-button")
    seen.page.get_by_text("已停止。").wait_for(timeout=2_500)
    monkeypatch.undo()
    seen.page.fill("#pq-question textarea", APOLLO)
    for _ in range(20):  # what was stopped takes a moment to end; until then the box keeps its words
        seen.page.press("#pq-question textarea", "Enter")
        seen.page.wait_for_timeout(300)
        if seen.page.input_value("#pq-question textarea") == "":
            break
    seen.answered(APOLLO)
    assert seen.page.locator("#pq-current .pq-chip").count() > 0


class HeldBack:
    """A language model that quotes a sentence and then waits."""

    name = "held-back"

    def __init__(self, words: str) -> None:
        self.words = words
        self.gate = threading.Event()

    def stream(self, messages: Any, seconds: float, **_: Any) -> Iterator[str]:
        yield f"{self.words.rstrip('。')}[P1]。此外"
        self.gate.wait(20)


def test_a_sentence_of_a_model_is_there_with_its_chip_before_the_model_has_finished(
    visit: Open, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = served.engine.search(CHINESE, k=10).hits[0]
    words = best.text[best.best_sentence.start - best.start : best.best_sentence.end - best.start]
    model, ask = HeldBack(words), served.engine.ask
    seen = visit()
    seen.page.wait_for_selector(".pq-example")
    monkeypatch.setattr(served.engine, "ask", partial(ask, llm=model))
    seen.page.fill("#pq-question textarea", CHINESE)
    seen.page.press("#pq-question textarea", "Enter")
    chip = seen.page.locator("#pq-current .pq-live[aria-busy=true] .pq-words .pq-chip")
    chip.wait_for()
    chip.hover()
    assert seen.page.inner_text("#pq-tip .pq-tip-quote") in best.text
    model.gate.set()
    seen.answered(CHINESE)
    assert "held-back" in seen.page.inner_text("#pq-current .pq-words")


def test_hostile_questions_and_articles_are_shown_and_do_nothing(visit: Open) -> None:
    hostile = "<img src=x onerror='window.pwned=9'><script>window.pwned=8</script> ${window.pwned=7} {{6}}"
    seen = visit()
    seen.ask(hostile)
    assert seen.page.inner_text("#pq-current .pq-question") == hostile
    seen.ask("湖心岛每艘游船最多载客多少人？")
    for chip in seen.page.locator("#pq-current [data-act=open]").all():
        chip.click()
        seen.page.wait_for_selector("#pq-reader .pq-reader-text")
    seen.page.keyboard.press("Escape")
    seen.page.get_by_role("tab", name="文库").click()
    row = seen.page.locator(".pq-row", has_text="湖心岛")
    row.locator(".pq-title").click()
    seen.page.wait_for_selector("#pq-reader .pq-reader-text")
    assert "48人" in seen.page.inner_text("#pq-reader")
    assert seen.page.evaluate("window.pwned") is None
    inside = (
        "#pq-reader :is(img, script, iframe), .pq-turn :is(img, script, iframe), .pq-library :is(img, script)"
    )
    assert seen.page.locator(inside).count() == 0
    assert seen.page.locator("a[href^='javascript' i]").count() == 0


def test_quality_and_settings_say_what_is_there(visit: Open, served: Any) -> None:
    seen = visit()
    seen.page.get_by_role("tab", name="质量").click()
    seen.page.wait_for_selector(".pq-quality")
    seen.page.get_by_role("tab", name="设置").click()
    seen.page.wait_for_selector(".pq-settings")
    assert served.engine.embedder.model_id in seen.page.inner_text(".pq-settings")


def test_the_page_fits_a_phone_in_the_dark(visit: Open) -> None:
    seen = visit(viewport={"width": 390, "height": 844}, color_scheme="dark")
    seen.ask(CHINESE)
    seen.page.locator("#pq-current .pq-chip").first.click()
    seen.page.wait_for_selector("#pq-reader mark")
    widest = seen.page.evaluate("document.documentElement.scrollWidth")
    assert widest <= 390
    colour = seen.page.evaluate("getComputedStyle(document.querySelector('#pq-reader')).backgroundColor")
    assert all(int(part) < 80 for part in re.findall(r"\d+", colour)[:3])


def test_the_first_words_come_within_three_tenths_of_a_second(visit: Open) -> None:
    # The first words name the articles being read; the answer takes their place.
    seen = visit()
    seen.page.evaluate(
        """() => {
          new MutationObserver(() => {
            const words = document.querySelector("#pq-current :is(.pq-words p, .pq-none, .pq-notice)");
            if (words && window.sent && !window.took) window.took = performance.now() - window.sent;
          }).observe(document.body, { childList: true, subtree: true });
          document.addEventListener("keydown", (event) => {
            if (event.key === "Enter") { window.sent = performance.now(); window.took = 0; }
          }, true);
        }"""
    )
    took = []
    for question in (CHINESE, APOLLO, ENGLISH, CHINESE):
        seen.page.evaluate("window.sent = 0")
        seen.page.evaluate("document.querySelectorAll('#pq-current .pq-turn').forEach((w) => w.remove())")
        seen.ask(question)
        took.append(seen.page.evaluate("window.took"))
        seen.page.click("[data-act=new]")
        seen.page.wait_for_selector(".pq-welcome")
    print("first words after", [round(t) for t in took], "ms")
    if min(took) >= 300 and os.getloadavg()[0] > (os.cpu_count() or 1):
        pytest.skip(f"too busy a machine to measure on: best of {len(took)} was {min(took):.0f} ms")
    assert min(took) < 300
