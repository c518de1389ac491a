"""Pages that are no articles are refused with the reason; short articles pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from policy_qa.errors import NotAnArticleError
from policy_qa.records import Article

Load = Callable[..., Article]


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "no text"),
        (" \n\u200b\n", "no text"),
        ("【返回顶部】", "no text"),
        ("# 环境异常\n\n当前环境异常，完成验证后即可继续访问。\n\n去验证", "环境异常"),
        ("该内容已被发布者删除", "taken down"),
        ("Just a moment...\nVerify you are human by completing the action below.", "human"),
        ("请完成安全验证\n拖动滑块完成拼图", "human"),
        ("404 Not Found\nnginx/1.20", "error page"),
        ("502 Bad Gateway", "error page"),
        ("抱歉，您访问的页面不存在\n返回首页", "error page"),
        ("用户登录\n用户名\n密码\n验证码\n忘记密码\n登录\n注册账号", "login"),
        ("Sign in\nForgot password?", "login"),
        ("---\ntitle: 一图读懂算力券\n---\n一图读懂算力券\n//www.example.cn/a.png", "hardly any prose"),
    ],
)
def test_a_page_that_is_no_article_is_refused_with_the_reason(load: Load, page: str, reason: str) -> None:
    with pytest.raises(NotAnArticleError, match=rf"a\.md.*{reason}"):
        load("a.md", page)


def test_an_article_about_error_pages_and_logins_passes(load: Load, prose: str) -> None:
    more = "网站应当写明页面不存在的原因，用户登录后可以申诉，忘记密码的可以找回。"
    page = f"# 404 Not Found\n\n{prose * 4}{more}"
    assert load("a.md", page).metadata.title == "404 Not Found"


def test_a_notice_of_two_sentences_passes(load: Load) -> None:
    text = "市数据局定于四月一日起受理算力券申请。请各企业按时提交。"
    assert load("a.md", f"# 通知\n\n{text}").text.endswith(text)
