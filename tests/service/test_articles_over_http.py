from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from policy_qa.engine import PolicyQA
from policy_qa.feedback import FeedbackStore

QUANTUM = "# 量子规划\n\n量子计算机的目标是在2030年达到1000个逻辑比特，由省科技厅负责组织实施。".encode()
QUESTION = {"question": "量子计算机的目标是达到多少个逻辑比特？"}


def put(client: TestClient, name: str = "quantum.md", data: bytes = QUANTUM, **params: Any) -> Any:
    return client.put("/v1/articles", files={"file": (name, data)}, params=params)


def test_articles_are_listed_without_their_texts(client: TestClient) -> None:
    listed = client.get("/v1/articles").json()
    assert {one["source"] for one in listed} == {"chip-report.md", "computing-vouchers.md", "data-centres.md"}
    assert set(listed[0]) == {"article_id", "source", "content_hash", "metadata"}


def test_an_article_holds_the_words_that_offsets_point_to(client: TestClient) -> None:
    answer = client.post("/v1/answer", json={"question": "出口管制使研发周期延长了多久？"}).json()
    for citation in answer["citations"]:
        text = client.get(f"/v1/articles/{citation['article_id']}").json()["text"]
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_cleaning_took_away_is_given_on_request(client: TestClient, engine: PolicyQA) -> None:
    whole = client.get("/v1/articles/chip-report", params={"removed": True}).json()
    assert whole["removed"] == engine.article("chip-report").model_dump(mode="json")["removed"]
    assert client.get("/v1/articles/chip-report").json()["removed"] is None


def test_an_uploaded_article_is_answered_from_and_gone_after_its_removal(own_client: TestClient) -> None:
    added = put(own_client)
    assert (added.status_code, added.json()["action"]) == (201, "added")
    assert "1000个逻辑比特" in own_client.post("/v1/answer", json=QUESTION).json()["answer"]
    removed = own_client.delete(f"/v1/articles/{added.json()['article_id']}")
    assert (removed.status_code, removed.json()["action"]) == (200, "removed")
    assert own_client.get("/v1/articles/quantum").status_code == 404
    assert "1000个逻辑比特" not in own_client.post("/v1/answer", json=QUESTION).json()["answer"]


def test_the_same_upload_twice_is_the_same_article(own_client: TestClient) -> None:
    put(own_client)
    again = put(own_client)
    assert (again.status_code, again.json()["action"]) == (200, "unchanged")


def test_a_name_that_is_taken_is_409_until_replacing_is_asked_for(own_client: TestClient) -> None:
    put(own_client)
    other = QUANTUM.replace(b"1000", b"2000")
    refused = put(own_client, data=other)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:policy-qa:article-exists")
    assert put(own_client, data=other, replace=True).json()["action"] == "replaced"


@pytest.mark.parametrize("name", ["../x.md", "/abs.md", "x.exe", ".hidden.md", "a|b.md"])
def test_a_dangerous_name_is_refused(own_client: TestClient, own_engine: PolicyQA, name: str) -> None:
    before = set(own_engine.settings.corpus.parent.rglob("*.md"))
    assert put(own_client, name).status_code == 422
    assert set(own_engine.settings.corpus.parent.rglob("*.md")) == before


@pytest.mark.parametrize(
    ("name", "data"), [("empty.md", b""), ("broken.pdf", b"%PDF-1.4"), ("x.docx", b"PK")]
)
def test_what_holds_no_article_is_refused_with_its_reason(
    own_client: TestClient, name: str, data: bytes
) -> None:
    refused = put(own_client, name, data)
    assert refused.status_code == 422
    assert name in refused.json()["detail"]


def test_an_upload_without_a_file_is_refused(own_client: TestClient) -> None:
    assert own_client.put("/v1/articles", data={"file": "text"}).status_code == 422
    assert own_client.put("/v1/articles").status_code == 422


def test_a_judgement_is_kept(own_client: TestClient, own_engine: PolicyQA) -> None:
    body = {"thumb": "down", "reason": "缺日期", "question": "何时？", "article_ids": ["chip-report"]}
    given = own_client.post("/v1/feedback", json=body)
    (kept,) = FeedbackStore(own_engine.settings.feedback).all()
    assert given.status_code == 201
    assert (kept.reason, kept.article_ids, kept.feedback_id) == (
        "缺日期",
        ("chip-report",),
        given.json()["feedback_id"],
    )


@pytest.mark.parametrize("body", [{}, {"thumb": "sideways", "question": "x"}, {"thumb": "up"}])
def test_a_judgement_without_thumb_or_question_is_refused(client: TestClient, body: dict[str, str]) -> None:
    assert client.post("/v1/feedback", json=body).status_code == 422
