"""Two articles that give different figures are both shown, with who says what and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from policy_qa.answering.chat_models import Message
from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.records import Answer

CITY = """---
title: 港城算力年报
publisher: 港城数据局
published: 2025-02-10
---

# 港城算力年报

截至2024年底，港城数据中心机架总数为5.2万个。全市从业人员共有3100人。
"""
PAPER = """---
title: 港城观察
publisher: 海岸日报
published: 2025-03-05
---

# 港城观察

海岸研究所估计，截至2024年底，港城数据中心机架总数为4.1万个。北港区的从业人员共有900人。
"""
LATER = """---
title: 港城半年报
publisher: 港城数据局
published: 2025-08-01
---

# 港城半年报

截至2025年6月底，港城数据中心机架总数为6.3万个。
"""
ASKED = "港城的数据中心机架总数是多少？"

Make = Callable[..., PolicyQA]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Engines over the articles they are given."""
    made: list[PolicyQA] = []

    def engine(*articles: str) -> PolicyQA:
        home = tmp_path / str(len(made))
        (home / "corpus").mkdir(parents=True)
        for number, text in enumerate(articles):
            (home / "corpus" / f"article-{number}.md").write_text(text, encoding="utf-8")
        made.append(
            PolicyQA(
                embedder=HashingEmbedder(),
                corpus=home / "corpus",
                index=home / "index",
                abstain_below=0.0,
                reader=False,
            )
        )
        made[-1].index()
        return made[-1]

    yield engine
    for engine_ in made:
        engine_.close()


class Says:
    """A model of few words."""

    name = "says"

    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, messages: Sequence[Message], seconds: float) -> Iterator[str]:
        yield self.text


def block(answer: Answer, opening: str) -> list[str]:
    """The lines of the figures side by side; none if they are not there."""
    _, found, rest = answer.answer.partition(opening)
    return [line for line in rest.splitlines() if line.startswith("- ")] if found else []


def test_two_figures_for_one_thing_stand_side_by_side_with_speaker_and_dates(make: Make) -> None:
    answer = make(CITY, PAPER).ask(ASKED)
    city, paper = sorted(block(answer, "各篇文章的说法不一："), key=lambda line: "海岸" in line)
    assert "港城数据局" in city
    assert "5.2万个" in city
    assert "2025-02-10发表" in city
    assert "2024年底" in city
    assert "海岸研究所" in paper
    assert "4.1万个" in paper
    assert "2025-03-05发表" in paper


def test_an_english_answer_names_the_figures_in_english_notation(make: Make) -> None:
    answer = make(CITY, PAPER).ask(ASKED, language="en")
    lines = " ".join(block(answer, "The articles disagree:"))
    assert "52,000" in lines
    assert "41,000" in lines
    assert "published 2025-02-10; figure as of end of 2024" in lines


def test_figures_of_different_dates_are_a_development_newest_first(make: Make) -> None:
    answer = make(CITY, LATER).ask(ASKED)
    assert not block(answer, "说法不一")
    newest, older = block(answer, "不同时间的数字：")
    assert "6.3万个" in newest
    assert "5.2万个" in older


def test_a_question_about_one_date_gets_no_other_dates_figures(make: Make) -> None:
    answer = make(CITY, LATER).ask("截至2024年底，港城的数据中心机架总数是多少？")
    assert "5.2万个" in answer.answer
    assert not block(answer, "不同时间的数字：")


def test_figures_of_different_places_are_no_contradiction(make: Make) -> None:
    answer = make(CITY, PAPER).ask("全市从业人员共有多少人？")
    assert "3100人" in answer.answer
    assert not block(answer, "说法不一")


def test_articles_that_agree_in_another_notation_are_no_contradiction(make: Make) -> None:
    answer = make(CITY, PAPER.replace("4.1万个", "52000个")).ask(ASKED)
    assert not block(answer, "说法不一")
    assert not block(answer, "不同时间")


def test_an_article_that_differs_in_nothing_but_the_figure_is_not_lost_as_a_double(make: Make) -> None:
    double = CITY.replace("5.2万个", "4.8万个").replace("港城数据局", "港城统计局")
    lines = " ".join(block(make(CITY, double).ask(ASKED), "各篇文章的说法不一："))
    assert "港城数据局" in lines
    assert "5.2万个" in lines
    assert "港城统计局" in lines
    assert "4.8万个" in lines


def test_every_figure_side_by_side_carries_a_citation_that_resolves(make: Make) -> None:
    engine = make(CITY, PAPER, LATER)
    answer = engine.ask(ASKED)
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        assert f"[{citation.marker}]" in answer.answer
        assert engine.article(citation.article_id).text[citation.start : citation.end] == citation.quote


def test_a_model_that_names_one_figure_does_not_hide_the_other(make: Make) -> None:
    engine = make(CITY, PAPER)
    label = next(n for n, hit in enumerate(engine.search(ASKED, k=10).hits, 1) if "5.2万" in hit.text)
    answer = engine.ask(ASKED, llm=Says(f"截至2024年底，港城数据中心机架总数为5.2万个[P{label}]。"))
    assert answer.model == "says"
    lines = " ".join(block(answer, "各篇文章的说法不一："))
    assert "4.1万个" in lines
    assert "海岸研究所" in lines
