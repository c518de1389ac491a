"""Settings: environment variables ``POLICY_QA_*``, then ``policy_qa.toml``, then defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
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
    max_question_characters: int = Field(
        2000, ge=50, description="Longer questions are cut, and that is said."
    )

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
