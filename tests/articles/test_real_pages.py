"""The five source articles and the policy pages, where they are at hand."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import Path

import pytest

from policy_qa.articles import iter_sources, load_article
from policy_qa.errors import NotAnArticleError
from policy_qa.records import Article

SHARED = Path(__file__).parents[2] / ".." / "shared"
ARTICLES = SHARED / "articles"
PAGES = SHARED / "policy_pages"
FURNITURE = re.compile(
    "蓝字|扫码订阅|邮发代号|征订|欢迎关注|倾力推荐|轻触阅读|滑动看下一个|扫一扫|轻点两下|预览时标签|"
    "Processed in|Powered by|"
    "Copyright|版权所有|↩|返回顶部|关闭窗口|打印本页|【纠错】|设为首页|加入收藏|publishdate|ICP备|公网安备|mmbiz|发文机关|"
    "(?m:^发布时间|^首页$|^>$|^[，。：]+$|^0\\d$|^END$)"
)

needs_articles = pytest.mark.skipif(not ARTICLES.is_dir(), reason="../shared/articles is not at hand")
needs_pages = pytest.mark.skipif(not PAGES.is_dir(), reason="../shared/policy_pages is not at hand")


def loaded(root: Path) -> tuple[list[Article], list[str]]:
    articles, refused = [], []
    for path in iter_sources(root):
        try:
            articles.append(load_article(path, root=root))
        except NotAnArticleError as refusal:
            refused.append(str(refusal))
    return articles, refused


def visible(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


@needs_articles
def test_the_five_articles_hold_no_furniture_and_know_who_says_what() -> None:
    articles, refused = loaded(ARTICLES)
    assert refused == []
    assert [article.metadata.publisher for article in articles] == [
        "AI思享家",
        "温故智新AIGC实验室",
        "中国信息安全",
        "多伦多六六网",
        "数字经济发展评论",
    ]
    assert [str(article.metadata.published) for article in articles] == [
        "None",
        "None",
        "2024-11-09",
        "None",
        "None",
    ]
    assert all(article.metadata.original is not None for article in articles)
    for article in articles:
        assert not FURNITURE.search(article.text), article.source


@needs_pages
def test_all_policy_pages_load_in_seconds_without_furniture() -> None:
    start = time.perf_counter()
    articles, refused = loaded(PAGES)
    assert time.perf_counter() - start < 20
    assert len(articles) == 316
    assert all("hardly any prose" in reason for reason in refused)
    for article in articles:
        assert not FURNITURE.search(article.text), article.source
        assert article.metadata.published is not None
        assert article.metadata.url is not None


@needs_pages
def test_no_character_of_a_policy_page_is_lost_without_record() -> None:
    for article in loaded(PAGES)[0]:
        raw = (PAGES / article.source).read_text(encoding="utf-8")
        kept = visible(article.text) + sum((visible(span.text) for span in article.removed), Counter())
        assert kept == visible(raw), article.source
