"""Settings: environment variables ``POLICY_QA_*``, then ``policy_qa.toml``, then defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from policy_qa.errors import SettingsError

ENV_PREFIX = "POLICY_QA_"
CONFIG_FILE = "policy_qa.toml"


class Settings(BaseSettings):
    """All settings of one engine, frozen. Two engines may differ in every one of them."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, toml_file=CONFIG_FILE, extra="forbid", frozen=True, validate_default=True
    )

    corpus: Path = Field(Path("corpus"), description="Folder with the articles.")
    index: Path = Field(Path("index"), description="Folder that holds the index.")
    chroma_url: str | None = Field(
        None, description="Address of a Chroma server; embedded Chroma inside the index folder if unset."
    )
    embedding_model: str = Field(
        "bundled",
        description="`bundled` (multilingual-e5-small, ONNX int8) or a sentence-transformers model.",
    )
    cache_dir: Path | None = Field(
        None, description="Where built models are kept; the user's cache if unset."
    )
    threads: int | None = Field(None, ge=1, le=256, description="Threads for the embedding model.")
    reader: bool = Field(
        True, description="Read the first passages with the small reader that ships with the package."
    )
    passage_tokens: int = Field(
        200, ge=64, le=512, description="Length to which passages are cut, in tokens."
    )
    top_k: int = Field(8, ge=1, le=100, description="Passages returned with an answer.")
    abstain_below: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Confidence under which no answer is given; the fitted threshold if unset.",
    )
    llm_url: str | None = Field(
        None, description="Base address of an OpenAI-compatible endpoint; answers are extractive if unset."
    )
    llm_model: str | None = Field(None, description="Name of the model there.")
    llm_key: SecretStr | None = Field(None, description="Key for the endpoint, sent as bearer token.")
    llm_seconds: float = Field(
        30.0, gt=0, le=600, description="Time after which a language model is given up for extraction."
    )
    llm_passages: int = Field(
        6, ge=1, le=10, description="Passages given to a language model; fewer make a slow one faster."
    )
    llm_structured: bool = Field(
        True, description="Have the language model answer in JSON where its endpoint can hold it to a schema."
    )
    max_question_characters: int = Field(
        2000, ge=50, description="Longer questions are cut, and that is said."
    )
    feedback: Path = Field(Path("feedback.sqlite"), description="File that keeps readers' judgements.")
    max_upload_bytes: int = Field(
        20_000_000, ge=1000, le=64_000_000, description="Size of an uploaded article at most, in bytes."
    )
    tokens: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Tokens that open the service, with commas between; open to this machine if unset.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Host names answered to; if unset, loopback names without tokens and any with them.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of other sites' pages that may call the service."
    )
    requests_per_minute: int | None = Field(
        None,
        ge=0,
        description="Requests of one token or address; 600 if unset and tokens are set, 0 for no limit.",
    )
    concurrent_questions: int | None = Field(
        None,
        ge=1,
        le=256,
        description="Questions worked on at once; the number of processors, at least 4, if unset.",
    )
    waiting_questions: int = Field(
        128, ge=0, le=10_000, description="Questions that may wait; the service sends more away with 503."
    )
    max_body_bytes: int = Field(
        2_000_000, ge=1000, description="Size of a request at most, uploads apart, in bytes."
    )
    body_seconds: float = Field(30.0, gt=0, description="Time in which a request's body must arrive.")
    log_questions: bool = Field(False, description="Write questions into the log.")

    @field_validator("tokens", "allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        """Environment variables name several values with commas between them."""
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 (.env files are not read)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Explicit arguments win over the environment, which wins over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load_settings(**overrides: Any) -> Settings:
    """Reads the settings; arguments that are not ``None`` win over everything else.

    Raises:
        SettingsError: A key is unknown or a value is out of range.
    """
    known = set(Settings.model_fields)
    unknown = sorted(
        name
        for name in os.environ
        if name.upper().startswith(ENV_PREFIX) and name.upper().removeprefix(ENV_PREFIX).lower() not in known
    )
    if unknown:
        raise SettingsError(
            f"Unknown setting in the environment: {', '.join(unknown)}. "
            f"Known: {', '.join(ENV_PREFIX + name.upper() for name in sorted(known))}."
        )
    try:
        return Settings(**{key: value for key, value in overrides.items() if value is not None})
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise SettingsError(
            f"Settings cannot be used: {problems}. Check {ENV_PREFIX}* and {CONFIG_FILE}."
        ) from error
