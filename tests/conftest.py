"""Fixtures that several test files share: a small corpus of our own and engines over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_qa.embedding.fake import HashingEmbedder
from policy_qa.engine import PolicyQA

CORPUS = {
    "computing-vouchers.md": """---
title: 算力券办法
publisher: 东湖市科技局
published: 2025-03-14
url: https://example.org/vouchers
---

# 算力券办法

## 发放

东湖市科技局2025年3月14日公布算力券办法，每年发放总额为8.2亿元。每家企业每年最多领取300万元。

## 监督

领取算力券的企业应在三个月内报送用量。未按时报送的企业，下一年度不得申请。
""",
    "chip-report.md": """---
title: 芯片报告摘编
publisher: 海岸观察
published: 2024-11-02
original_title: Chips at Sea
original_publisher: 北岭研究所
original_published: 2024-10-20
---

# 芯片报告摘编

北岭研究所（North Ridge Institute）2024年10月20日发布报告，研究了17家芯片企业。

报告认为，出口管制使研发周期延长了四个月。研究员林一舟指出，国产芯片的良率已达到82%。

林一舟还说，人才短缺比设备短缺更难解决。
""",
    "data-centres.md": """# 数据中心布局

全国一体化算力网络设有8个枢纽节点和10个集群。西部省份的电价每千瓦时低于0.3元。

数据中心的平均电能利用效率由2020年的1.54降到2024年的1.46。
""",
}


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with three short articles."""
    folder = tmp_path_factory.mktemp("corpus")
    for name, text in CORPUS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def engine(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyQA]:
    """An engine over the small corpus with the hashing embedder: fast, needs no model."""
    made = PolicyQA(
        embedder=HashingEmbedder(),
        corpus=corpus,
        index=tmp_path_factory.mktemp("index"),
        abstain_below=0.0,
        reader=False,
    )
    made.index()
    yield made
    made.close()
