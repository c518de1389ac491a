"""A small retrieval set in BEIR's layout, written by us."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCUMENTS: list[dict[str, Any]] = [
    {"_id": "a", "title": "算力券", "text": "东湖市每年发放算力券8.2亿元。每家企业最多领取300万元。"},
    {"_id": "b", "title": "", "text": "北岭研究所研究了17家芯片企业，认为出口管制使研发周期延长。"},
    {"_id": "c", "title": "能耗", "text": "数据中心的平均电能利用效率降到1.46。西部电价低于0.3元。"},
    {"_id": "d", "title": "空", "text": ""},
]
QUERIES: list[dict[str, Any]] = [
    {"_id": "q1", "text": "算力券每年发放多少？", "lang": "zh"},
    {"_id": "q2", "text": "研究了多少家芯片企业？"},
    {"_id": "q3", "text": "數據中心的電價是多少？", "lang": "zh-Hant"},
    {"_id": "q4", "text": "How many chip companies were studied?", "lang": "en"},
    {"_id": "q5", "text": "没有判断的问题", "lang": "zh"},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\ta\t1\nq2\tb\t1\nq3\tc\t2\nq3\ta\t0\nq4\tb\t1\nq5\tc\t0\n"


def write_dataset(folder: Path, *, zipped: bool = False, changes: Mapping[str, str] | None = None) -> Path:
    """Writes the set; ``changes`` replaces whole files by name without suffix."""
    new = changes or {}
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "corpus.jsonl": new.get("corpus", _lines(DOCUMENTS)),
        "queries.jsonl": new.get("queries", _lines(QUERIES)),
        "qrels.tsv": new.get("qrels", QRELS),
    }
    for name, text in files.items():
        if zipped:
            (folder / f"{name}.gz").write_bytes(gzip.compress(text.encode()))
        else:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def _lines(records: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
