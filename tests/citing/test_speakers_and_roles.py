"""Views credited to whom they belong, parts to those who play them."""

from __future__ import annotations

import pytest

from policy_qa.citing.names import missing_names
from policy_qa.citing.opposites import find_negations, find_polar_words, only_where_more
from policy_qa.citing.roles import swapped_roles
from policy_qa.citing.speakers import other_speakers

OFFICIAL = "东湖市能源局有关负责人称，备案采取自愿原则。"
TWO = "赵一鸣指出，钱伯安低估了开源模型的风险。"


@pytest.mark.parametrize("who", ["Industry associations", "Companies", "Critics"])
def test_another_sort_of_speaker_is_noticed(who: str) -> None:
    quote = "赵一鸣指出，备案采取自愿原则。"
    assert other_speakers(f"{who} say that filing is voluntary.", [quote], {}) == [who]


def test_the_speaker_of_the_quote_passes() -> None:
    assert not other_speakers("赵一鸣认为钱伯安看轻了风险。", [TWO], {})
    assert not other_speakers("An official said filing is voluntary.", [OFFICIAL], {})


def test_someone_only_spoken_of_is_not_the_speaker() -> None:
    assert other_speakers("钱伯安指出，赵一鸣低估了风险。", [TWO], {}) == ["钱伯安"]


def test_one_who_may_be_anyone_named_before_is_let_pass() -> None:
    assert not other_speakers("Companies say so.", ["他认为，备案采取自愿原则。"], {})


def test_two_bodies_must_not_change_parts() -> None:
    quote = "框架由北岭信息安全研究院牵头编制，东湖市科学技术协会负责指导。"
    assert not swapped_roles("牵头编制框架的是北岭信息安全研究院。", [quote], {})
    assert swapped_roles("框架由东湖市科学技术协会牵头编制，北岭信息安全研究院负责指导。", [quote], {})


def test_a_name_that_begins_with_a_country_is_looked_up_as_a_whole() -> None:
    aliases = {"china academy of deep waters": frozenset({"中国深水研究院"})}
    claim = "It was led by the China Academy of Deep Waters."
    assert missing_names(claim, ["由北岭研究院牵头。"], aliases)
    assert not missing_names(claim, ["由中国深水研究院牵头。"], aliases)


@pytest.mark.parametrize("text", ["不应只有竞争", "不能光看价格", "should not simply compete", "不得多于3项"])
def test_not_only_and_bounds_are_no_negations(text: str) -> None:
    assert find_negations(text) == []


def test_only_for_not_only_is_noticed() -> None:
    assert only_where_more("双方只能竞争。", "双方不应只有竞争，更要合作。")
    assert not only_where_more("双方光靠竞争不行。", "双方不应只有竞争，更要合作。")


@pytest.mark.parametrize("text", ["未经批准不得采购", "May not buy without approval"])
def test_a_condition_neither_gives_nor_refuses_approval(text: str) -> None:
    assert "accept" not in {word.subject for word in find_polar_words(text)}


def test_an_end_in_time_stops_nothing() -> None:
    assert "start" not in {word.subject for word in find_polar_words("2027年结束之前要建好。")}
