"""The version of cleaning is raised with its rules."""

from __future__ import annotations

import hashlib

from policy_qa.articles import CLEANING_VERSION
from policy_qa.articles.inline_rules import INLINE_RULES, INVISIBLE
from policy_qa.articles.line_rules import LINE_RULES

KNOWN = {"1": "4bfef3af703b0bef"}
"""Version → digest of the rules it stands for. Changed a rule? Raise the version, add a line."""


def test_the_rules_are_those_of_the_version() -> None:
    parts = [
        f"{rule.name}|{rule.kind}|{rule.where}|{rule.needs}|{rule.pattern.pattern}|"
        f"{rule.continues.pattern if rule.continues else ''}"
        for rule in (*LINE_RULES, *INLINE_RULES)
    ]
    digest = hashlib.sha256(
        "\n".join([*parts, INVISIBLE.pattern]).encode("utf-8", "surrogatepass")
    ).hexdigest()[:16]
    assert KNOWN.get(CLEANING_VERSION) == digest
