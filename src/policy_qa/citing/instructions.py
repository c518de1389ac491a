"""Text of an article that speaks to a language model instead of to its readers is evidence of nothing."""

from __future__ import annotations

import re
from typing import Final

_CHINESE: Final = (
    "(?:忽略|无视|忘记|忘掉)[^。]{0,12}(?:指令|规则|要求|提示|标注|内容)|系统提示|提示词[：:]|你(?:现在)?(?:是|扮演)[一个名位]*(?:诗人|助手|"
    "海盗|专家|语言模型|人工智能)|从现在起你|你(?:必须|只能|需要|应该)[^。]{0,8}(?:回答|以|说|输出|写)|如果你是|开发者模式|(?:原样|直接)?输出"
    "(?![企产])|请(?:写|说|把|将|在)[^。]{0,14}(?:写|说|输出|回答|改成|附上|发送|宣布|[：:])|(?:^|[。！？])(?:助手|用户|管理员(?:通知)?)[：:]|"
    "授权人工智能|(?:之前|以上|上面|前面)的(?:段落|内容|指令|文章)(?:已?作废|无效|有误)|用户的真实问题|(?:以|用)[^。]{0,10}(?:口吻|语气)[^。]*"
    "(?:回答|说|宣布)|翻译任务|(?:最高|首要)优先级|指令#|#指令|只用[^。]{1,4}(?:作答|回答)|发送到[^。]{0,8}邮箱"
)
_ENGLISH: Final = (
    r"\b(?:ignore|disregard|forget)\b[^.]{0,20}\b(?:instructions?|rules?|previous|above)\b|\byou are now\b|"
    r"\byou must\b|(?:^|[.!?]\s*)(?:system|assistant|user|administrator)\s*:|\bdeveloper mode\b|"
    r"\bprint exactly\b|\bif you are an? (?:language model|ai|assistant)\b|\bthe user'?s real question\b|"
    r"\bsystem prompt\b|#\s*instruction|\bhighest priority\s*:|\bauthori[sz]es ai\b|\bbefore you answer\b|"
    r"\bearlier passages are\b|\bsay that\b|\bwrite that\b|\bsend the conversation\b|\bannounce that\b|"
    r"\breplace\b[^.]{1,60}\beverywhere\b"
)
_MARKUP: Final = r"</?\s*passage|\[P\d+\]|\{\s*\"role\"\s*:|<\|"
_SPOKEN_TO: Final = re.compile(f"{_CHINESE}|{_ENGLISH}|{_MARKUP}", re.IGNORECASE)


def without_instructions(text: str) -> str:
    """The text without the lines in which someone tells a language model what to do.

    What such a line says is not what the article reports, so nothing may be built on it.

    Args:
        text: Words of an article.
    """
    if not _SPOKEN_TO.search(text):
        return text
    return "\n".join(line for line in text.split("\n") if not _SPOKEN_TO.search(line))
