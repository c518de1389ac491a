"""policy_qa: cited answers over Chinese articles on AI policy.

from policy_qa import PolicyQA
print(PolicyQA(corpus="corpus", index="index").ask("中国2025年的算力目标是多少？").answer)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from policy_qa.engine import PolicyQA

__all__ = ["PolicyQA"]


def __getattr__(name: str) -> Any:
    """Loads the engine when it is first asked for, so that importing the package costs nothing."""
    if name == "PolicyQA":
        from policy_qa.engine import PolicyQA

        return PolicyQA
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
