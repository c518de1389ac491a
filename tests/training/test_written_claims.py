from __future__ import annotations

import json
from pathlib import Path

import pytest

from training.claims import CLAIMS, Claim, claim_cases, claim_groups, read_claims
from training.question_sets import QuestionSet, SourcePassage
from training.splits import Split
from training.written_questions import digest, essay_set

TEXT = "北岭研究院建议设立基金。\n基金或于2031年启动，规模约5亿元。该院院长称，资金并非最大难题。"
KINDS = {
    *("modality", "relation", "attribution", "negated", "direction", "fabricated"),
    *("number", "unit", "year", "name", "scope"),
}


def _passage(text: str = TEXT) -> SourcePassage:
    return SourcePassage("essays/x#0", "essays/x", "", text)


def _record(quote: str, text: str = TEXT) -> dict[str, object]:
    start = text.index(quote)
    return {
        "passage": "essays/x#0",
        "digest": digest(text),
        "quotes": [[start, start + len(quote)]],
        "zh": "基金可能在2031年启动。",
        "zh_not": "基金将于2031年启动。",
        "zh_kind": "modality",
        "en": "The fund may start in 2031.",
        "en_not": "The fund started in 2030.",
        "en_kind": "year",
    }


def _claims(tmp_path: Path, *quotes: str) -> list[Claim]:
    path = tmp_path / "claims.jsonl"
    path.write_text("\n".join(json.dumps(_record(quote)) for quote in quotes), "utf-8")
    return read_claims({"essays/x#0": _passage()}, path)


def test_a_claim_is_read_in_both_languages_with_its_quoted_words(tmp_path: Path) -> None:
    chinese, english = _claims(tmp_path, "基金或于2031年启动，规模约5亿元。")
    assert (chinese.language, english.language) == ("zh", "en")
    assert chinese.evidence == "基金或于2031年启动，规模约5亿元。"
    assert chinese.paragraph == "基金或于2031年启动，规模约5亿元。该院院长称，资金并非最大难题。"
    assert (english.supported, english.kind) == ("The fund may start in 2031.", "year")


def test_a_passage_that_has_changed_since_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text(json.dumps(_record("北岭研究院建议设立基金。")), "utf-8")
    with pytest.raises(ValueError, match="line 1"):
        read_claims({"essays/x#0": _passage(TEXT + "。")}, path)


def test_a_group_has_the_supported_claim_first_and_every_other_is_wrong(tmp_path: Path) -> None:
    claims = _claims(tmp_path, "基金或于2031年启动，规模约5亿元。", "北岭研究院建议设立基金。")
    split = Split([QuestionSet("essays", {"essays/x#0": _passage()}, ())], share=0.0)
    groups = list(claim_groups(claims, split, seed=0))
    assert len(groups) == 4
    for group in groups:
        first, twin, elsewhere = group.pairs
        assert (first.relevant, twin.relevant, elsewhere.relevant) == (True, False, False)
        assert first.passage.text == twin.passage.text != elsewhere.passage.text
        assert first.question == elsewhere.question != twin.question
        assert {pair.answers for pair in group.pairs} == {None}, "no span is taught"


def test_claims_about_held_out_essays_are_measured_and_never_trained_on() -> None:
    essays = essay_set()
    split = Split([essays])
    claims = read_claims(essays.passages)
    trained = {pair.passage.article for group in claim_groups(claims, split, 0) for pair in group.pairs}
    measured = {case.case_id.rpartition("/")[0] for case in claim_cases(claims, split)}
    held_out = {c.claim_id for c in claims if split.is_held_out(c.passage.passage_id)}
    assert measured == held_out
    assert len(held_out) > 100
    assert not trained & {c.passage.article for c in claims if c.claim_id in held_out}


def test_every_written_claim_rests_on_quotes_and_names_a_known_defect() -> None:
    records = [json.loads(line) for line in CLAIMS.read_text("utf-8").splitlines()]
    for record in records:
        assert {record["zh_kind"], record["en_kind"]} <= KINDS
        assert len({record[name] for name in ("zh", "zh_not", "en", "en_not")}) == 4
        assert all(end - start >= 5 for start, end in record["quotes"])
