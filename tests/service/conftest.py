"""A service over the small corpus: in-process for units, on a real port for real clients."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from services import BASE, Make, running

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA
from policy_qa.service.app import create_app


@pytest.fixture
def make_engine(corpus: Path, tmp_path: Path) -> Iterator[Make]:
    """Makes engines over a corpus that the test may change, with settings of its own."""
    made: list[PolicyQA] = []

    def make(**settings: Any) -> PolicyQA:
        home = tmp_path / f"engine-{len(made)}"
        shutil.copytree(corpus, home / "corpus")
        settings = {"abstain_below": 0.0, **settings}
        engine = PolicyQA(
            embedder=HashingEmbedder(),
            corpus=home / "corpus",
            index=home / "index",
            feedback=home / "feedback.sqlite",
            reader=False,
            **settings,
        )
        engine.index()
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


@pytest.fixture(scope="module")
def with_settings(engine: PolicyQA) -> Make:
    """Makes engines with settings of their own over the small corpus and its index."""

    def make(**settings: Any) -> PolicyQA:
        known = engine.settings.model_dump(exclude_none=True) | settings
        return PolicyQA(embedder=HashingEmbedder(), **known)

    return make


@pytest.fixture
def own_engine(make_engine: Make) -> PolicyQA:
    return make_engine()


@pytest.fixture(scope="module")
def client(engine: PolicyQA) -> Iterator[TestClient]:
    """A client of a service that no test changes."""
    with TestClient(create_app(engine, with_page=False), base_url=BASE) as made:
        yield made


@pytest.fixture
def own_client(own_engine: PolicyQA) -> Iterator[TestClient]:
    """A client of a service that the test may change."""
    with TestClient(create_app(own_engine, with_page=False), base_url=BASE) as made:
        yield made


@pytest.fixture(scope="module")
def live(engine: PolicyQA) -> Iterator[str]:
    """Address of a running service that no test changes."""
    with running(create_app(engine, with_page=False)) as address:
        yield address
