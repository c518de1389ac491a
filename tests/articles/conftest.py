"""Files as they come in from life, built small."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from policy_qa.articles import load_article
from policy_qa.articles.cleaning import CleanText, clean, lines_of
from policy_qa.articles.markdown import unwrap_markdown
from policy_qa.records import Article

PROSE = "市数据局今年安排两亿元资金发放算力券，用来降低中小企业训练模型的成本，单家企业每年最高一百万元。"
"""A line of running text of our own, long enough to count as prose."""


@pytest.fixture
def prose() -> str:
    return PROSE


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Article]:
    """Writes a file into an empty corpus and loads it."""

    def write_and_load(name: str, content: str | bytes) -> Article:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return load_article(path, root=tmp_path)

    return write_and_load


@pytest.fixture
def cleaned() -> Callable[..., CleanText]:
    """Cleans a text the way a Markdown file is cleaned."""

    def run(text: str, title: str | None = None) -> CleanText:
        visible = lines_of(text)
        plain = unwrap_markdown(visible.lines, escapes=True)
        result = clean(plain.lines, title=title, reflowed=False)
        return CleanText(result.text, (*visible.removed, *plain.removed, *result.removed))

    return run


@pytest.fixture
def make_docx() -> Callable[..., bytes]:
    """Builds a DOCX of (style, text) paragraphs; the style ``hidden`` makes hidden text."""

    def build(paragraphs: list[tuple[str, str]], table: list[list[str]] | None = None) -> bytes:
        import docx

        document = docx.Document()
        for style, text in paragraphs:
            if style == "hidden":
                document.add_paragraph().add_run(text).font.hidden = True
            else:
                document.add_paragraph(text, style=style)
        if table:
            grid = document.add_table(rows=len(table), cols=len(table[0]))
            for row, cells in zip(grid.rows, table, strict=True):
                for cell, text in zip(row.cells, cells, strict=True):
                    cell.text = text
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()

    return build


@pytest.fixture
def make_pdf() -> Callable[..., bytes]:
    """Builds a PDF of pages of lines, with a font that maps its codes to Unicode."""

    def build(pages: list[list[str]]) -> bytes:
        cmap = (
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def "
            "1 begincodespacerange <0000> <FFFF> endcodespacerange "
            "1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end"
        )
        kids = " ".join(f"{6 + 2 * number} 0 R" for number in range(len(pages)))
        objects = [
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
            "<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [4 0 R] "
            "/ToUnicode 5 0 R >>",
            "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A /DW 1000 "
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
            f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
        ]
        for number, lines in enumerate(pages):
            drawn = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -20 Td " for line in lines)
            stream = f"BT /F 12 Tf 50 780 Td {drawn} ET"
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {7 + 2 * number} 0 R "
                "/Resources << /Font << /F 3 0 R >> >> >>"
            )
            objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        return _assemble(objects)

    return build


def _assemble(objects: list[str]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
