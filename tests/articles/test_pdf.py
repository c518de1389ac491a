"""PDF: text in order, running heads off, and refusals that name their reason."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_qa.articles.pdf import extract_pdf
from policy_qa.articles.sandbox import Limits, extract
from policy_qa.errors import BadInputError
from policy_qa.records import Article

Load = Callable[..., Article]
MakePdf = Callable[..., bytes]


def test_lines_broken_by_the_width_of_the_page_become_one_paragraph(load: Load, make_pdf: MakePdf) -> None:
    page = [
        "算力券管理办法",
        "市数据局负责算力券的发放和监督，企业每年可以申请",
        "两次，每次最高五十万元，用于支付训练和推理的费用",
        "支出。",
        "一、申请条件",
        "申请企业应当在本市登记注册，并且近三年没有失信记",
        "录。",
    ]
    article = load("a.pdf", make_pdf([page]))
    assert "企业每年可以申请两次，每次最高五十万元，用于支付训练和推理的费用支出。" in article.text
    assert "\n一、申请条件\n" in article.text
    assert "近三年没有失信记录。" in article.text


def test_running_heads_and_page_numbers_are_removed_and_recorded(load: Load, make_pdf: MakePdf) -> None:
    pages = [
        [
            "某市算力发展报告",
            f"第{'一二三四'[number]}章讲述本市第{number + 1}年的算力建设情况和主要成果，数据来自统计部门。",
            f"— {number + 1} —",
        ]
        for number in range(4)
    ]
    article = load("a.pdf", make_pdf(pages))
    assert "— 2 —" not in article.text
    assert "某市算力发展报告\n" not in article.text
    assert "第三章讲述本市第3年的算力建设情况" in article.text
    assert [span.text for span in article.removed if span.rule == "running_head"].count("— 2 —") == 1


def test_radicals_that_fonts_put_for_characters_are_read_as_the_characters(make_pdf: MakePdf) -> None:
    assert "人工智能" in extract_pdf(make_pdf([["⼈⼯智能"]]), 1000).text


def test_a_pdf_without_a_text_layer_is_refused_as_a_scan(load: Load, make_pdf: MakePdf) -> None:
    with pytest.raises(BadInputError, match=r"a\.pdf has no text layer"):
        load("a.pdf", make_pdf([[]]))


def test_an_encrypted_pdf_is_refused_by_name(load: Load, make_pdf: MakePdf) -> None:
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf([["保密内容"]])))
    writer.encrypt("geheim", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(BadInputError, match=r"a\.pdf is encrypted"):
        load("a.pdf", out.getvalue())


def test_a_damaged_pdf_is_refused_by_name(load: Load) -> None:
    with pytest.raises(BadInputError, match=r"a\.pdf is a damaged PDF"):
        load("a.pdf", b"%PDF-1.7\nnothing of use")


def test_a_stream_that_unpacks_to_gigabytes_is_stopped_by_a_limit(make_pdf: MakePdf) -> None:
    bomb = zlib.compress(zlib.compress(b"BT (" + b"a" * 300_000_000 + b") Tj ET", 9), 9)
    whole = make_pdf([["甲"]])
    start = whole.index(b"7 0 obj")
    end = whole.index(b"endobj", start)
    stream = b"7 0 obj\n<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n" % len(bomb)
    data = whole[:start] + stream + bomb + b"\nendstream\n" + whole[end:]
    with pytest.raises(BadInputError, match=r"bomb\.pdf "):
        extract("pdf", data, name="bomb.pdf", limits=Limits(seconds=10, memory_bytes=800_000_000))


def test_the_date_a_pdf_was_made_is_no_date_of_publication(
    load: Load, make_pdf: MakePdf, tmp_path: Path
) -> None:
    import pypdf

    writer = pypdf.PdfWriter(
        clone_from=io.BytesIO(make_pdf([["市数据局今年安排两亿元资金发放算力券，用来降低企业成本。"]]))
    )
    writer.add_metadata({"/CreationDate": "D:20240102030405", "/Title": "Microsoft Word - 定稿.docx"})
    out = io.BytesIO()
    writer.write(out)
    article = load("a.pdf", out.getvalue())
    assert article.metadata.published is None
    assert "Microsoft" not in article.metadata.title
