from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from ui_samples import HOSTILE, article

from policy_qa.engine import PolicyQA
from policy_qa.evaluation.golden_measures import MEASURES
from policy_qa.evaluation.golden_run import evaluate_golden
from policy_qa.library import LibraryReport
from policy_qa.ui.library_markup import Refused, Shelf, library_html, upload_html
from policy_qa.ui.quality_markup import COMMAND, quality_html
from policy_qa.ui.settings_markup import settings_html, shown_value
from policy_qa.ui.wording import MEASURE_NAMES


def shelf(**more: object) -> Shelf:
    other = article(title="芯片报告").model_copy(update={"article_id": "chips", "source": "chips.md"})
    return Shelf.model_validate(
        {"articles": (article(), other), "passages": {"vouchers": 3, "chips": 2}, **more}
    )


def report(**more: object) -> LibraryReport:
    made = {
        "action": "added",
        "article_id": "vouchers",
        "source": "vouchers.md",
        "title": "算力券办法",
        "generation": "g",
        "n_passages": 5,
        "seconds": 1.26,
    }
    return LibraryReport.model_validate({**made, **more})


def test_the_library_lists_articles_with_publisher_date_and_passages() -> None:
    html = library_html(shelf(), "zh")
    assert "2 篇文章，5 个段落" in html
    for words in ("算力券办法", "东湖市科技局", "2025-03-14", "3 个段落", "清洗去掉 1 处"):
        assert words in html


def test_searching_the_library_needs_all_words() -> None:
    html = library_html(shelf(), "zh", "芯片 东湖")
    assert "1 篇符合" in html
    assert ">算力券办法<" not in html


def test_copies_warn_of_each_other() -> None:
    html = library_html(shelf(duplicates=(("vouchers.md", "chips.md"),)), "zh")
    assert "与 chips.md 几乎相同" in html
    assert "与 vouchers.md 几乎相同" in html


def test_files_that_were_not_taken_are_named_with_their_reason() -> None:
    html = library_html(shelf(skipped=((HOSTILE, HOSTILE),)), "zh")
    assert "没有收入的文件" in html
    assert "<script" not in html


def test_an_upload_reports_duration_cleaning_and_copies() -> None:
    html = upload_html([report(removed_by_cleaning=4, duplicates=("chips.md",))], "zh")
    assert "已收入" in html
    assert "1.3 秒后可以提问" in html
    assert "清洗去掉 4 处" in html
    assert "与 chips.md 几乎相同" in html


def test_a_refused_upload_gives_its_reason_as_text() -> None:
    html = upload_html([Refused(source=HOSTILE, reason=HOSTILE)], "en")
    assert "Not added" in html
    assert "<script" not in html


def test_without_an_evaluation_the_page_says_how_to_make_one(tmp_path: Path) -> None:
    html = quality_html([tmp_path], "zh")
    assert "还没有评测结果" in html
    assert COMMAND in html


def test_pinned_floors_are_shown_in_both_languages(tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text('{"floors": {"zh.right_quote": 0.896, "en.hallucination": 0.3}}')
    html = quality_html([tmp_path], "zh")
    assert "<td>0.896</td><td>–</td>" in html
    assert "该拒不拒 ↓" in html
    assert "hallucination ↓" in quality_html([tmp_path], "en")


GOLDEN = [
    {
        "id": f"q-{lang}", "pair": "q", "lang": lang, "question": question,
        "type": "number", "answerable": True,
        "article_ids": ["computing-vouchers"], "evidence": [["每年发放总额为8.2亿元"]], "answer": ["8.2亿元"],
    }
    for lang, question in (("zh", "算力券每年发放总额是多少？"), ("en", "How much are 算力券 worth a year?"))
]  # fmt: skip


def test_the_newest_run_is_shown_with_its_plots_and_sealed_off(engine: PolicyQA, tmp_path: Path) -> None:
    golden = tmp_path / "golden.jsonl"
    golden.write_text("\n".join(json.dumps(one) for one in GOLDEN), encoding="utf-8")
    run = evaluate_golden(engine, golden, progress=False)
    (tmp_path / "run.json").write_text(run.model_dump_json(), encoding="utf-8")
    (tmp_path / "damaged.json").write_text("{", encoding="utf-8")
    html = quality_html([tmp_path], "zh")
    assert "golden.jsonl · 2 个问题 · " in html
    assert "引对原话" in html
    assert "Risk and coverage" in html
    assert "&lt;svg" in html
    assert "<svg" not in html
    assert html.count('<iframe sandbox=""') == 2
    assert "right quote cited" in quality_html([tmp_path], "en")


def test_every_measure_has_a_chinese_name() -> None:
    assert {measure.name for measure in MEASURES} == set(MEASURE_NAMES)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"floors": 3}', '{"floors": {"zh.x": "y"}}', "\ufffd"])
def test_a_damaged_baseline_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "baseline.json").write_text(text, encoding="utf-8")
    assert "还没有评测结果" in quality_html([tmp_path], "zh")


def test_the_settings_tab_says_what_runs_where(engine: PolicyQA) -> None:
    html = settings_html(engine, "zh")
    assert engine.embedder.model_id in html
    assert engine.generation.name in html
    assert "没有：页面和服务都不访问外网" in html
    assert "passage_tokens" in html


def test_a_configured_endpoint_is_named_as_an_outside_connection(engine: PolicyQA) -> None:
    class Connected:
        settings = engine.settings.model_copy(
            update={"llm_url": "http://me:word@llm.example:8000/v1", "llm_model": "qwen"}
        )
        generation, embedder, identity = engine.generation, engine.embedder, engine.identity

    html = settings_html(Connected(), "zh")  # type: ignore[arg-type]
    assert "qwen" in html
    assert "http://llm.example:8000/v1" in html
    assert "word" not in html
    assert "没有：页面和服务都不访问外网" not in html


def test_secrets_are_never_shown() -> None:
    assert shown_value("chroma_url", "http://user:word@chroma:8000") == "http://chroma:8000"
    assert shown_value("tokens", (SecretStr("abc"),)) == "••••"
    assert shown_value("llm_api_key", "abc") == "••••"
    assert shown_value("passage_tokens", 200) == "200"
    assert shown_value("chroma_url", None) == ""
