"""The Gradio page: one question, one cited answer, its sources. The only importer of gradio."""

from __future__ import annotations

import os
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from policy_qa.errors import PolicyQAError
from policy_qa.ui.markup import answer_html, sources_html

if TYPE_CHECKING:
    from fastapi import FastAPI

    from policy_qa.engine import PolicyQA

EXAMPLES = (
    "到2025年，中国的算力总规模目标是多少？其中多少用于人工智能？",
    "科大讯飞改用昇腾910B之后，研发进度受到什么影响？",
    "处理多少人的个人信息，至少每两年做一次合规审计？",
    "How much computing power does China aim for by 2025?",
    "How many stakeholders of Chinese AI data centres did Strider identify?",
    "When do the facial recognition measures take effect?",
)


def build_page(engine: PolicyQA) -> Any:
    """Builds the page.

    Returns:
        A ``gradio.Blocks``; it fetches nothing from outside.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    import gradio as gr

    def respond(question: str) -> tuple[str, str]:
        try:
            answer = engine.ask(question)
        except PolicyQAError as error:
            raise gr.Error(str(error)) from error
        return answer_html(answer), sources_html(answer, engine.article)

    with gr.Blocks(title="policy_qa", analytics_enabled=False) as page:
        gr.Markdown("# policy_qa\n每一句回答都指向文章原话 · Every sentence points to the exact words")
        question = gr.Textbox(
            label="问题 / Question",
            placeholder="用中文或英文提问 · Ask in Chinese or English",
            submit_btn=True,
            autofocus=True,
            max_length=20_000,
            elem_id="pq-question",
        )
        gr.Examples([[example] for example in EXAMPLES], inputs=question, label="例 / Examples")
        answer = gr.HTML(elem_id="pq-answer")
        sources = gr.HTML(elem_id="pq-sources")
        question.submit(respond, question, [answer, sources], api_name=False, concurrency_limit=4)
    page.queue(max_size=64)
    return page


def mount_page(app: FastAPI, engine: PolicyQA) -> FastAPI:
    """Mounts the page at ``/``; routes the app already has come first."""
    import gradio as gr

    fonts = ["system-ui", "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", "sans-serif"]
    theme = gr.themes.Default(font=fonts, font_mono=["ui-monospace", "monospace"])
    css = (files("policy_qa.ui") / "page.css").read_text(encoding="utf-8")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        build_page(engine),
        path="/",
        theme=theme,
        css=css,
        footer_links=[],
        run_history=False,
        mcp_server=False,
    )
    return mounted
