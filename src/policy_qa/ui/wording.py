"""Every word of the page's own, in Chinese and in English."""

from __future__ import annotations

from typing import Final

from policy_qa.records import CheckKind, Language

WORDS: Final[dict[str, tuple[str, str]]] = {
    "tagline": ("每一句回答，都指向文章里的原话", "Every sentence points to the exact words of an article"),
    "language": ("界面语言", "Language of the page"),
    "tab_ask": ("提问", "Ask"),
    "tab_library": ("文库", "Library"),
    "tab_quality": ("质量", "Quality"),
    "tab_settings": ("设置", "Settings"),
    # Ask
    "conversation": ("对话", "Conversation"),
    "question": ("问题", "Question"),
    "placeholder": ("用中文或英文提问", "Ask in Chinese or English"),
    "welcome": ("问政策，看原话", "Ask about policy, read the exact words"),
    "welcome_more": (
        "回答只引用文库里的文章，逐句注明出处；文章没有说的，就不回答。",
        "Answers quote the articles of the library and nothing else, sentence by sentence. "
        "What they do not say is not answered.",
    ),
    "examples": ("从这些问题开始", "Questions to start with"),
    "searching": ("正在检索…", "Searching…"),
    "reading": ("正在读{titles}……", "Reading {titles} …"),
    "stop": ("停止", "Stop"),
    "send": ("提问", "Ask"),
    "stopped": ("已停止。", "Stopped."),
    "failed": ("没能回答：", "No answer: "),
    "new": ("新对话", "New conversation"),
    "export_md": ("导出 Markdown", "Export Markdown"),
    "export_docx": ("导出 Word", "Export Word"),
    "edit": ("修改", "Edit"),
    "editing": (
        "正在修改第 {n} 问；其后的问答会被替换。",
        "Editing question {n}; what follows it will be replaced.",
    ),
    "cancel": ("取消", "Cancel"),
    "retry": ("重试", "Try again"),
    "copy": ("复制", "Copy"),
    "copied": ("已复制", "Copied"),
    "share": ("分享", "Share"),
    "shared": ("提问链接已复制", "A link to the question was copied"),
    "up": ("有用", "Helpful"),
    "down": ("没用", "Not helpful"),
    "actions": ("这条回答", "This answer"),
    "reason": ("理由（可不填）", "Reason (optional)"),
    "send_feedback": ("提交", "Send"),
    "thanks": ("已记下，谢谢", "Noted, thank you"),
    "citation": ("引文{n}，出自《{title}》。打开原文", "Quote {n}, from “{title}”. Open the article"),
    "sources": ("出处", "Sources"),
    "says": ("{who}的说法", "according to {who}"),
    "checks_passed": ("{n} 项核对全部通过", "{n} checks, all passed"),
    "checks_failed": ("{n} 句未通过核对，已略去", "{n} sentences failed a check and were dropped"),
    "one_check_failed": ("1 句未通过核对，已略去", "1 sentence failed a check and was dropped"),
    "confidence": ("把握 {n}%", "{n}% confidence"),
    "took": ("{n} 毫秒", "{n} ms"),
    "extractive": ("原文摘录", "verbatim quotes"),
    # Abstention
    "none_title": ("文章里没有答案", "The articles do not say"),
    "unclear_title": ("没有看懂这个问题", "The question is not clear"),
    "searched": (
        "检索了 {articles} 篇文章的 {passages} 个段落",
        "Searched {passages} passages of {articles} articles",
    ),
    "scope": ("筛选：{scope}", "filtered: {scope}"),
    "too_low": ("把握只有 {n}%，不足以作答", "a confidence of {n}% is too low for an answer"),
    "nearest": ("最接近的段落", "Nearest passages"),
    "widen": ("换个方式再试", "How to widen the search"),
    "widen_filters": ("去掉筛选，再问一次", "Ask again without filters"),
    "widen_words": (
        "写全名称、年份或文件名，一次只问一件事",
        "Give full names, years or titles, and ask one thing at a time",
    ),
    "widen_upload": ("把写到它的文章放进文库", "Add an article about it to the library"),
    # Filters
    "filters": ("筛选", "Filters"),
    "publisher": ("发布机构", "Publisher"),
    "article": ("文章", "Article"),
    "since": ("起始日期", "From"),
    "until": ("截止日期", "To"),
    "bad_date": ("日期请写成 2025-01-31 这样。", "Write dates like 2025-01-31."),
    "bad_period": ("起始日期晚于截止日期。", "The period ends before it begins."),
    # Reader
    "reader": ("原文", "Article"),
    "close": ("关闭", "Close"),
    "author": ("作者", "Author"),
    "published": ("日期", "Date"),
    "relays": ("依据", "Relays"),
    "speaker": ("说话人", "Speaker"),
    "original": ("原文链接", "Original page"),
    "open_link": ("打开", "Open"),
    "unknown": ("未注明", "not stated"),
    "left_out": ("此处略去较长的文字", "a longer part is left out here"),
    # Library
    "search_library": ("在文库里找", "Find in the library"),
    "upload": ("添加文章", "Add articles"),
    "replace": ("替换同名文件", "Replace files of the same name"),
    "n_articles": ("{n} 篇文章，{passages} 个段落", "{n} articles, {passages} passages"),
    "n_matching": ("，{n} 篇符合", ", {n} matching"),
    "shown_only": ("只显示前 {n} 篇。", "Only the first {n} are shown."),
    "passages": ("{n} 个段落", "{n} passages"),
    "characters": ("{n} 字", "{n} characters"),
    "cleaned": ("清洗去掉 {n} 处", "Cleaning removed {n}"),
    "cleaned_title": ("清洗时去掉的文字", "What cleaning took away"),
    "cleaned_nothing": ("没有去掉任何文字。", "Nothing was taken away."),
    "line": ("第 {n} 行", "line {n}"),
    "remove": ("移除", "Remove"),
    "remove_sure": (
        "把《{title}》移出文库？文件会从文章文件夹里删除。",
        "Remove “{title}”? Its file is deleted from the corpus.",
    ),
    "duplicate": ("与 {others} 几乎相同", "nearly the same as {others}"),
    "skipped": ("没有收入的文件", "Files that are not in the library"),
    "added": ("已收入", "Added"),
    "replaced": ("已替换", "Replaced"),
    "unchanged": ("没有变化", "Unchanged"),
    "removed": ("已移除", "Removed"),
    "refused": ("没有收入", "Not added"),
    "in_seconds": ("{n} 秒后可以提问", "ready for questions after {n} s"),
    "indexing": ("正在建立索引", "Indexing"),
    # Quality
    "quality_none": ("还没有评测结果。", "There is no evaluation yet."),
    "quality_how": (
        "运行下面的命令，这里就会显示结果和图：",
        "Run this command to see figures and plots here:",
    ),
    "quality_run": ("最近一次评测", "Last evaluation"),
    "quality_floors": ("不得低于的基线", "Pinned floors"),
    "quality_floors_more": (
        "评测结果低于基线时，检查就不通过。带 ↓ 的以低为好，基线是上限。",
        "A run below a floor fails the gate. With ↓ lower is better, and the figure is a ceiling.",
    ),
    "measure": ("指标", "Measure"),
    "measures": ("各项指标", "Measures"),
    "plots": ("图", "Plots"),
    "intervals": (
        "括号里是 95% 置信区间。带 ↓ 的以低为好。",
        "In brackets the 95 % interval. With ↓ lower is better.",
    ),
    "n_questions": ("{n} 个问题", "{n} questions"),
    "chinese": ("中文", "Chinese"),
    "english": ("英文", "English"),
    "report": ("完整报告，连同答错的问题", "Full report, failed questions included"),
    # Settings
    "where": ("什么在哪里运行", "What runs where"),
    "part": ("部分", "Part"),
    "uses": ("使用", "Uses"),
    "runs": ("运行于", "Runs"),
    "here": ("本机", "on this machine"),
    "embedding": ("向量模型", "Embedding model"),
    "reader_model": ("阅读模型", "Reader"),
    "shipped": ("随程序附带的小模型", "small model that ships with the package"),
    "answers": ("作答", "Answers"),
    "vectors": ("向量库", "Vector store"),
    "index": ("索引", "Index"),
    "feedback": ("评价", "Feedback"),
    "network": ("外部连接", "Outside connections"),
    "no_network": ("没有：页面和服务都不访问外网", "none: neither the page nor the server contacts anyone"),
    "dimensions": ("{n} 维", "{n} dimensions"),
    "embedded": ("内嵌 Chroma", "embedded Chroma"),
    "quotes_only": ("摘录原文，不用语言模型", "verbatim quotes, no language model"),
    "generation": (
        "第 {name} 代：{articles} 篇文章，{passages} 个段落，{sentences} 句",
        "generation {name}: {articles} articles, {passages} passages, {sentences} sentences",
    ),
    "feedback_kept": ("只在有人点评时写入 {path}", "written to {path} only when someone presses a thumb"),
    "all_settings": ("全部设置", "All settings"),
    "setting": ("名称", "Name"),
    "value": ("值", "Value"),
    "meaning": ("含义", "Meaning"),
    "default": ("未设", "unset"),
}

CHECKS: Final[dict[CheckKind, tuple[str, str]]] = {
    "quote": ("引文逐字见于文章", "the quoted words stand in the article"),
    "number": ("数字、日期、单位都见于引文", "numbers, dates and units stand in the quote"),
    "name": ("名称都见于引文", "names stand in the quote"),
    "marker": ("引用标记都指向引文", "every marker leads to a quote"),
    "support": ("句意有引文支持", "the quote supports the sentence"),
}

MEASURE_NAMES: Final[dict[str, str]] = {
    "evidence_top5": "前五段含证据",
    "right_quote": "引对原话",
    "evidence_quoted": "证据引全",
    "relevant_quotes": "引文切题",
    "answer_contained": "答案在内",
    "short_answer_f1": "简短回答 F1",
    "citation_recall": "引用召回",
    "citation_precision": "引用精度",
    "hallucination": "该拒不拒",
    "wrong_abstention": "该答不答",
    "no_lexical_hit": "字面检索落空",
    "crashed": "出错",
}
"""Measures in Chinese; in English they have labels of their own."""

HTML_LANGUAGE: Final[dict[Language, str]] = {"zh": "zh-Hans", "en": "en"}


def say(language: Language, key: str, **values: object) -> str:
    """A piece of wording.

    Args:
        language: ``zh`` or ``en``.
        key: Its name.
        **values: What its placeholders stand for; not escaped.
    """
    text = WORDS[key][language == "en"]
    return text.format(**values) if values else text
