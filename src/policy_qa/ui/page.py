"""The chat page, mounted on the service. Gradio is loaded when it is first asked for."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI

    from policy_qa.engine import PolicyQA
    from policy_qa.feedback import FeedbackStore
    from policy_qa.library import Library

_SANS = ("system-ui", "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
"""Faces the reader's system has; none is fetched."""

_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    # Gradio sums up all its past events after each one, in pandas; nobody reads the sums.
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "100",
}


def build_page(
    engine: PolicyQA, library: Library | None = None, feedback: FeedbackStore | None = None
) -> Any:
    """Builds the page.

    Args:
        engine: Answers the questions.
        library: Takes uploads; one of the engine's own if omitted.
        feedback: Keeps judgements; in the file the settings name if omitted.

    Returns:
        A ``gradio.Blocks``; it fetches nothing from outside.
    """
    for name, value in _GRADIO.items():
        os.environ.setdefault(name, value)
    from policy_qa.ui.desk import Desk
    from policy_qa.ui.layout import build_layout

    return build_layout(Desk(engine, library, feedback), _read("page.js"))


def mount_page(
    app: FastAPI,
    engine: PolicyQA,
    library: Library | None = None,
    feedback: FeedbackStore | None = None,
) -> FastAPI:
    """Mounts the page at ``/``; routes the app already has come first. Arguments as ``build_page``."""
    page = build_page(engine, library, feedback)
    import gradio as gr

    theme = gr.themes.Default(
        primary_hue="blue", font=list(_SANS), font_mono=["ui-monospace", "Noto Sans Mono CJK SC", "monospace"]
    )
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=theme,
        head=f"<style>{_read('page.css')}</style>",
        footer_links=[],
        run_history=False,
        mcp_server=False,
        ssr_mode=False,
        enable_monitoring=False,
        max_file_size=engine.settings.max_upload_bytes,
    )
    return mounted


def _read(name: str) -> str:
    return (files("policy_qa.ui") / name).read_text(encoding="utf-8")
