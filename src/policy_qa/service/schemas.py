"""What goes over the wire where it is not one of our records."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, model_validator

from policy_qa.index.generation import Filters
from policy_qa.records import ArticleMetadata, Language, RemovedSpan

LONGEST_QUESTION = 20_000
"""Characters of a question at most; one longer than the engine reads is cut, and that is said."""


def _number(value: object) -> object:
    if isinstance(value, str | bool):
        raise ValueError("Input should be a number")
    return value


def _day(value: object) -> object:
    if not isinstance(value, str | date | None):
        raise ValueError("Input should be a date such as 2025-01-31")
    return value


Number = Annotated[int | None, Field(ge=1, le=100), BeforeValidator(_number)]
"""A count; what merely looks like one is refused, as the schema says."""

Day = Annotated[date | None, BeforeValidator(_day)]
"""A date; a number would be read as seconds since 1970."""


class Turn(BaseModel):
    """An earlier message of the conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: str = Field(max_length=LONGEST_QUESTION)


class FilterFields(BaseModel):
    """Which articles may be searched. Empty fields do not restrict."""

    model_config = ConfigDict(extra="forbid")

    publishers: list[str] = Field(
        default_factory=list, max_length=50, description="Words in the publisher's name, any of them."
    )
    since: Day = Field(None, description="Published on this day or later.")
    until: Day = Field(None, description="Published on this day or earlier.")
    articles: list[str] = Field(default_factory=list, max_length=200, description="Ids of articles.")

    @model_validator(mode="after")
    def _in_order(self) -> FilterFields:
        if self.since and self.until and self.since > self.until:
            raise ValueError("since is later than until")
        return self

    def read(self) -> Filters | None:
        """The filters, or none if nothing is restricted."""
        filters = Filters(
            publishers=tuple(self.publishers),
            since=self.since,
            until=self.until,
            article_ids=tuple(self.articles),
        )
        return filters if filters else None


class SearchBody(BaseModel):
    """What to search for."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"question": "人脸识别 备案 数量", "k": 3}]},
    )

    question: str = Field(max_length=LONGEST_QUESTION, description="In Chinese or English.")
    filters: FilterFields | None = None
    k: Number = Field(None, description="Number of passages.")
    language: Language | None = Field(None, description="That of the question if omitted.")


class AnswerBody(SearchBody):
    """A question, and what was said before it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "到2025年，中国的算力总规模目标是多少？"},
                {
                    "question": "Which provinces?",
                    "history": [{"role": "user", "content": "How many data centres does China plan?"}],
                    "filters": {"since": "2025-01-01"},
                    "stream": True,
                },
            ]
        },
    )

    history: list[Turn] = Field(default_factory=list, max_length=50, description="Oldest first.")
    llm: str | None = Field(None, min_length=1, max_length=200, description="A configured language model.")
    stream: StrictBool = Field(False, description="Answer with server-sent events.")


class ArticleSummary(BaseModel):
    """An article without its text."""

    article_id: str
    source: str = Field(description="Its file, relative to the corpus.")
    content_hash: str = Field(description="SHA-256 of the file.")
    metadata: ArticleMetadata


class ArticleText(ArticleSummary):
    """An article. Offsets of citations and hits count code points of `text`."""

    text: str
    removed: list[RemovedSpan] | None = Field(None, description="What cleaning took away, if asked for.")


class Health(BaseModel):
    """The process runs."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """Questions can be answered."""

    status: Literal["ready"] = "ready"
    generation: str = Field(description="The index generation in use.")
    passages: int
    model: str = Field(description="The embedding model.")
