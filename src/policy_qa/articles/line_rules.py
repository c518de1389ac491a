"""Rules for whole lines: prompts, buttons, navigation, footers."""

from __future__ import annotations

import re
from typing import Final

from policy_qa.articles.rules import CLOCK, DAY, NAVIGATION_WORD, Rule

_SHORT = r"[^。！？\n]{0,40}"

LINE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "follow_prompt",
        "line",
        re.compile(
            rf"(?:请|欢迎)?(?:点击|长按|轻触|点){_SHORT}(?:蓝字|蓝色字|蓝色微信名){_SHORT}|"
            rf"(?:点击|长按)?关注(?:我们|公众号|本公众号)|(?:点击)?(?:设为|加)星标{_SHORT}|(?:星标|置顶)(?:我们|公众号)"
        ),
        "anywhere",
        "A prompt to follow the account, on a line of its own.",
    ),
    Rule(
        "welcome_prompt",
        "line",
        re.compile(
            r"(?:欢迎|敬请|记得|快来)\s?(?:扫码|长按|点击)?(?:关注|订阅|扫码|转发|点赞|分享|投稿|留言)"
            r"(?:[^。！？，,；\n]{0,30}(?:公众号|视频号|抖音号|头条号|微博|杂志|我们|频道|邮箱|朋友圈)"
            r"[^。！？，,；\n]{0,12}[。！!]?|[^。！？，,；：:\n]{0,10}[！!]?)"
        ),
        "edges",
        "An invitation to follow, share or subscribe.",
    ),
    Rule(
        "qr_prompt",
        "line",
        re.compile(
            r"[^。！？，\n]{0,12}(?:扫码|扫一扫|(?:扫描|长按|识别){1,2}(?:下方|上方|下图|图中|以下|左侧|右侧)?二维码)"
            r"[^。！？\n]{0,12}(?:关注|订阅|阅读|下载|加入|进群|小程序|手机|公众号|客户端|分享|$)[^。！？\n]{0,16}"
        ),
        "edges",
        "A prompt to scan a code that the text does not show.",
    ),
    Rule(
        "magazine_advertisement",
        "line",
        re.compile(
            r"邮发代号[:：]?\s?[\d-]+|(?:征订|订阅|订购|发行|广告)(?:热线|电话|咨询|部)[:：][\s\d\-+()（）转/、]{5,40}|"
            r"(?:扫码|点击)?(?:订阅|订购)《[^》]{1,30}》(?:杂志|期刊)?|国内(?:统一)?刊号[:：].{3,40}|"
            r"[^。！？\n]{0,30}倾力推荐"
        ),
        "edges",
        "An advertisement for the magazine that runs the account.",
    ),
    Rule(
        "viewer_prompt",
        "line",
        re.compile(
            r"(?:继续滑动|向上滑动|向下滑动|上滑|下滑)看下一个|轻触阅读原文|(?:打开)?微信扫一扫(?:可打开此内容)?[，,]?|"
            r"使用完整服务|预览时标签不可点|关注该公众号|使用小程序|喜欢此内容的人还喜欢|在小说阅读器(?:读本章|中沉浸阅读)|"
            r"(?:赞\s?)?[，,]\s?轻点两下取消赞|(?:在看\s?)?[，,]\s?轻点两下取消在看"
        ),
        "anywhere",
        "Words of the WeChat viewer, not of the article.",
    ),
    Rule(
        "viewer_word",
        "line",
        re.compile(
            r"阅读原文|知道了|取消|(?:取消\s+)?允许|分析|×|视频|小程序|赞|在看|分享|留言|收藏|听过|点赞|写留言|精选留言|"
            r"原创|跳转二维码|作者头像|去阅读|修改于|收录于(?:合集|话题)?|微信号|功能介绍|名称已清空|[\s，。：、；,.:;]+"
        ),
        "tail",
        "Buttons and leftovers of the WeChat viewer below the article.",
        needs="viewer_prompt",
    ),
    Rule(
        "call_to_action",
        "line",
        re.compile(
            r"(?:点击|戳|戳这里|轻触|长按)(?:下图|上图|图片|下方|上方|卡片|名片|链接|左下角|文末)?[^。！？\n]{0,6}"
            r"(?:了解|查看|阅读|进入|领取|购买|报名|获取)(?:详情|更多|原文|全文|链接)|阅读原文|"
            r"(?:如|若)?喜欢[^。！？\n]{0,10}(?:点赞|在看|转发)[^。！？\n]{0,10}"
        ),
        "tail",
        "A button below the article.",
    ),
    Rule(
        "copyright_line",
        "line",
        re.compile(
            r"(?:本文|本作品|本站|本网|本公众号|以上内容)[^。！？\n]{0,40}版权(?:归[^。！？\n]{1,20})?所有[^。\n]{0,60}[。！]?|"
            r"[^。！？\n]{0,40}版权(?:归[^。！？\n]{1,20})?所有[，,。；;\s]*"
            r"(?:转载|未经|违者|侵权|如需|翻印|禁止)[^。\n]{0,60}[。！]?|"
            r"(?:©|Copyright|COPYRIGHT|版权所有)[^。！？\n]{0,90}|"
            r"(?:未经(?:授权|许可|本[网站刊]同意)|转载请)[^。！？\n]{0,10}(?:不得|禁止|请勿|注明|联系|标明)[^。！？\n]{0,40}[。！]?"
        ),
        "tail",
        "A copyright notice of the page.",
    ),
    Rule(
        "forum_footer",
        "line",
        re.compile(
            r"Powered by [^\n]{2,60}|"
            r"(?:GMT\s?[+-]\s?\d{1,2}[^\n]{0,40})?Processed in [\d.]+\s?second[^\n]{0,60}|"
            r"GMT\s?[+-]\s?\d{1,2}\s?,[^\n]{0,60}|Archiver\s?[|｜][^\n]{0,60}|Produced By [^\n]{2,60}"
        ),
        "anywhere",
        "What forum software prints under each page: its name, the clock, the render time.",
    ),
    Rule(
        "site_contact",
        "line",
        re.compile(r"(?:电话|热线|Tel|TEL)[:：]\s?[\d\-+() ]{6,24}\s?[|｜][^\n]{0,60}"),
        "tail",
        "A site's telephone number beside its address.",
    ),
    Rule(
        "site_registration",
        "line",
        re.compile(
            r"[^。！？\n]{0,30}(?:ICP[备证]|公网安备)[^。！？\n]{0,60}|(?:技术支持|网站标识码)[:：][^。！？\n]{2,60}|"
            r"publishdate[:：]\s?[\d/ :-]+"
        ),
        "tail",
        "Registration, operator and build stamp of the site.",
    ),
    Rule(
        "page_button",
        "line",
        re.compile(
            r"(?:[【\[［](?:返回顶部|返回列表|返回|关闭窗口|关闭|打印本页|打印|纠错|收藏|大|中|小|分享|我要纠错)[】\]］]\s?)+"
        ),
        "anywhere",
        "A button of the page in brackets.",
    ),
    Rule(
        "page_word",
        "line",
        re.compile(
            r"返回顶部|返回列表|关闭窗口|打印本页|我要纠错|(?:字号|字体)\s?[:：]?\s?[\[【［]?\s?大\s?中\s?小[^。\n]{0,12}|"
            r"分享(?:到|至)[:：]?(?:\s?(?:微信|微博|QQ空间|QQ|朋友圈|新浪微博))*|"
            r"(?:浏览|阅读|点击)(?:次数|量|数)?[:：]\s?[\d.,万+]+\s?次?|[上下]一[篇条](?:(?:[:：]|\s)[^。\n]{0,60})?"
        ),
        "anywhere",
        "A button, counter or link to the next page.",
    ),
    Rule(
        "breadcrumb",
        "line",
        re.compile(
            r"(?:(?:您的|当前)?(?:所在)?位置[:：]\s?)?首\s?页\s?[>›»/|]\s?[^。！？\n]{0,80}|当前位置[:：][^。！？\n]{0,80}"
        ),
        "head",
        "The path to the page on its site.",
    ),
    Rule(
        "navigation_word",
        "line",
        re.compile(rf"{NAVIGATION_WORD}(?:[\s|>›»·]+{NAVIGATION_WORD})*"),
        "head",
        "Words of the site's navigation above the article.",
        needs="breadcrumb",
    ),
    Rule(
        "publication_line",
        "line",
        re.compile(
            rf"(?:发布时间|发布日期|发表时间|发稿时间|更新时间)[:：]\s?{DAY}(?:\s+{CLOCK})?"
            r"(?:\s*(?:来源|文章来源|作者|编辑|浏览|字号)[:：]?[^。\n]{0,40})?|"
            rf"{DAY}\s+{CLOCK}(?:\s*(?:来源|文章来源|作者)[:：]?[^。\n]{{0,40}})?|"
            rf"(?:原创\s*)?[^\s。，]{{1,20}}\s+[^\s。，]{{1,20}}\s+{DAY}\s+{CLOCK}(?:\s+[^\s。，]{{2,4}})?"
        ),
        "head",
        "When the page went up; read into the metadata.",
    ),
    Rule(
        "source_line",
        "line",
        re.compile(r"(?:信息|文章|稿件)?来源[:：]\s?[^。！？\n]{2,30}"),
        "head",
        "Which department put the page up; read into the metadata.",
        needs="publication_line",
    ),
    Rule(
        "editor_credit",
        "line",
        re.compile(
            r"[（(]?(?:责任编辑|责编|编辑|校对|审核|排版|监制|美编|值班编辑|初审|复审|终审|微信编辑|网络编辑)"
            r"\s?[:：丨|]\s?[^。！？\n]{1,30}[）)]?"
        ),
        "tail",
        "Who laid the page out, not who wrote it.",
    ),
    Rule(
        "end_mark",
        "line",
        re.compile(r"(?:THE\s)?END|[Ee]nd|[（(【](?:全文完|本文完|正文完|完)[）)】]|全文完|本文完|正文完"),
        "tail",
        "A mark that the article is over.",
    ),
    Rule(
        "reading_list",
        "block",
        re.compile(
            r"(?:推荐阅读|往期(?:回顾|推荐|精选|精彩|文章|内容)|热门(?:文章|推荐)|猜你喜欢|更多精彩[^。\n]{0,12}|相关推荐)[:：]?"
        ),
        "tail",
        "Titles of other articles offered below this one.",
        continues=re.compile(r"(?!附件|来源|作者|https?:|#)[^。！？；\n]{2,60}"),
    ),
)
"""Rules for whole lines, tried in this order; the first that matches names the removal."""
