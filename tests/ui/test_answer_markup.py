from __future__ import annotations

from ui_samples import HOSTILE, abstained, answered, citation, turn

from policy_qa.records import Check
from policy_qa.ui.abstention_markup import Searched
from policy_qa.ui.answer_markup import answer_html
from policy_qa.ui.conversation import Scope, say_on
from policy_qa.ui.thread_markup import live_html

SEARCHED = Searched(n_articles=3, n_passages=9, titles={"vouchers": "算力券办法"})


def test_a_marker_becomes_a_button_that_knows_the_words_it_points_to() -> None:
    html = answer_html(turn(answered()), "zh", SEARCHED)
    cited = citation()
    assert '<button type="button" class="pq-chip" id="pq-chip-1-1"' in html
    assert f'data-start="{cited.start}" data-end="{cited.end}"' in html
    assert f'data-quote="{cited.quote}"' in html
    assert "引文1，出自《算力券办法》" in html


def test_a_marker_without_a_citation_stays_text() -> None:
    html = answer_html(turn(answered("一句话。[7]")), "zh", SEARCHED)
    assert "[7]" in html
    assert "pq-chip" not in html


def test_quotes_of_one_article_and_speaker_share_a_line_of_the_sources() -> None:
    alone = citation(3).model_copy(update={"attributed_to": None})
    answer = answered("一。[1]二。[2]三。[3]", citations=(citation(1), citation(2), alone))
    html = answer_html(turn(answer), "zh", SEARCHED)
    assert '<span class="pq-number">1, 2</span>' in html
    assert '<span class="pq-number">3</span>' in html


def test_hostile_words_are_inert_everywhere_in_an_answer() -> None:
    cited = citation(quote=HOSTILE, title=HOSTILE).model_copy(
        update={"publisher": HOSTILE, "author": HOSTILE, "attributed_to": HOSTILE}
    )
    check = Check(sentence=HOSTILE, kind="name", passed=False, detail=HOSTILE)
    html = answer_html(
        turn(answered(f"{HOSTILE}[1]", short_answer=HOSTILE, citations=(cited,), checks=(check,))),
        "zh",
        SEARCHED,
    )
    assert "<script" not in html
    assert "<img" not in html
    assert 'onerror=alert(2)"' not in html
    assert html.count("&lt;script&gt;") >= 7


def test_while_it_streams_in_an_answer_has_its_chips_and_nothing_below() -> None:
    said = say_on(
        (turn(answered()).model_copy(update={"answer": None}),), "第一句。[1]", answered().citations
    )
    html = live_html(say_on(said, "第二句。[7]"), "zh", SEARCHED)
    assert "第一句。<button" in html
    assert "第二句。[7]" in html
    assert "pq-sources" not in html
    assert "pq-tools" not in html


def test_a_dropped_sentence_is_shown_with_its_reason() -> None:
    failed = Check(sentence="产量为82吨。", kind="number", passed=False, detail="82 is not in the quote")
    html = answer_html(turn(answered(checks=(failed,))), "zh", SEARCHED)
    assert "1 句未通过核对，已略去" in html
    assert "产量为82吨。" in html
    assert "82 is not in the quote" in html


def test_checks_that_all_passed_are_counted_quietly_in_the_language_of_the_page() -> None:
    assert "✓ 1 checks, all passed" in answer_html(turn(answered()), "en", SEARCHED)


def test_a_notice_of_the_engine_is_set_apart_from_the_quotes() -> None:
    html = answer_html(turn(answered("一句。[1]\n\n*问题过长，只按开头部分作答。*")), "zh", SEARCHED)
    assert '<p class="pq-notice">问题过长，只按开头部分作答。</p>' in html


def test_an_abstention_says_what_was_searched_and_shows_the_nearest_words_marked() -> None:
    scoped = turn(abstained()).model_copy(
        update={"scope": Scope(publishers=("东湖市科技局",), since="2025-01-01")}
    )
    html = answer_html(scoped, "zh", SEARCHED)
    assert "检索了 3 篇文章的 9 个段落，筛选：东湖市科技局；2025-01-01 – …，把握只有 7%" in html
    assert "<mark>每家企业每年最多领取300万元。</mark>" in html
    assert 'data-act="widen"' in html


def test_an_abstention_without_filters_does_not_offer_to_drop_them() -> None:
    assert 'data-act="widen"' not in answer_html(turn(abstained()), "zh", SEARCHED)


def test_an_unclear_question_is_told_so_and_not_given_passages() -> None:
    html = answer_html(turn(abstained("unclear_question")), "zh", SEARCHED)
    assert "没有看懂这个问题" in html
    assert "pq-nearest" not in html
