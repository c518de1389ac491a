from __future__ import annotations

from pathlib import Path

import pytest
from beir_samples import QRELS, write_dataset

from policy_qa.errors import BadInputError, UsageError
from policy_qa.evaluation.datasets import in_language, load_dataset


@pytest.mark.parametrize("zipped", [False, True])
def test_a_set_is_read_plain_or_gzipped(tmp_path: Path, zipped: bool) -> None:
    dataset = load_dataset(write_dataset(tmp_path / "small", zipped=zipped))
    assert dataset.name == "small"
    assert [d.document_id for d in dataset.documents] == ["a", "b", "c", "d"]
    assert dataset.qrels["q3"] == {"c": 2, "a": 0}


def test_questions_without_a_relevant_document_are_left_out(tmp_path: Path) -> None:
    dataset = load_dataset(write_dataset(tmp_path))
    assert [q.query_id for q in dataset.queries] == ["q1", "q2", "q3", "q4"]


def test_a_question_without_a_language_gets_the_one_it_is_in(tmp_path: Path) -> None:
    by_id = {q.query_id: q.language for q in load_dataset(write_dataset(tmp_path)).queries}
    assert by_id == {"q1": "zh", "q2": "zh", "q3": "zh-Hant", "q4": "en"}


def test_a_language_takes_its_varieties_too(tmp_path: Path) -> None:
    queries = load_dataset(write_dataset(tmp_path)).queries
    assert [q.query_id for q in in_language(queries, "zh")] == ["q1", "q2", "q3"]
    assert [q.query_id for q in in_language(queries, "EN")] == ["q4"]


def test_simplified_questions_are_made_of_traditional_ones_where_there_are_no_others(tmp_path: Path) -> None:
    queries = [q for q in load_dataset(write_dataset(tmp_path)).queries if q.query_id == "q3"]
    assert [q.text for q in in_language(queries, "zh-Hans")] == ["数据中心的电价是多少？"]


def test_an_unknown_language_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="en, zh, zh-Hant"):
        in_language(load_dataset(write_dataset(tmp_path)).queries, "fr")


def test_a_split_names_its_judgements(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path)
    (folder / "qrels").mkdir()
    (folder / "qrels" / "dev.tsv").write_text("q4\tb\t1\n", encoding="utf-8")
    assert [q.query_id for q in load_dataset(folder, "dev").queries] == ["q4"]
    with pytest.raises(BadInputError, match=r"test\.tsv"):
        load_dataset(folder, "test")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"qrels": QRELS + "q1\tzz\t1\n"}, "'zz', which is not in the corpus"),
        ({"qrels": "q1 a 1\n"}, "3 columns"),
        ({"qrels": "query-id\tcorpus-id\tscore\n"}, "no relevant document"),
        ({"corpus": '{"_id": "a", "text": "x"}\n{"_id": "a", "text": "y"}\n'}, ":2 repeats the id 'a'"),
        ({"corpus": '{"_id": "a"}\n'}, ":1 is no object with"),
        ({"queries": "{\n"}, ":1 is no JSON"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    with pytest.raises(BadInputError, match=words):
        load_dataset(write_dataset(tmp_path, changes=changes))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    (write_dataset(tmp_path) / "corpus.jsonl").unlink()
    with pytest.raises(BadInputError, match=r"neither corpus\.jsonl nor corpus\.jsonl\.gz"):
        load_dataset(tmp_path)


def test_a_damaged_gzip_file_is_named(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path, zipped=True)
    data = (folder / "corpus.jsonl.gz").read_bytes()
    (folder / "corpus.jsonl.gz").write_bytes(data[: len(data) // 2])
    with pytest.raises(BadInputError, match=r"corpus\.jsonl\.gz cannot be read"):
        load_dataset(folder)


def test_the_hash_changes_with_the_documents_only(tmp_path: Path) -> None:
    one = load_dataset(write_dataset(tmp_path / "one"))
    two = load_dataset(write_dataset(tmp_path / "two", changes={"qrels": "q1\tb\t1\n"}))
    three = load_dataset(
        write_dataset(
            tmp_path / "three",
            changes={"corpus": '{"_id": "a", "text": "别的"}\n', "qrels": "q1\ta\t1\n"},
        )
    )
    assert one.corpus_hash == two.corpus_hash != three.corpus_hash
