"""The shape of the code, held by tests: who imports what, and in which direction."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "policy_qa"
MODULES = sorted(SOURCE.rglob("*.py"))

SOLE_IMPORTERS = {
    "chromadb": {"index/chroma.py"},
    "gradio": {"ui/page.py", "ui/layout.py", "ui/chat_tab.py", "ui/library_tab.py"},
    "onnxruntime": {"embedding/onnx_session.py"},
    "torch": {"embedding/sentence_transformer.py", "embedding/export_folder.py"},
    "sentence_transformers": {"embedding/sentence_transformer.py"},
    "trafilatura": {"articles/html.py"},
    "pypdf": {"articles/pdf.py"},
    "docx": {"articles/docx.py", "ui/export_docx.py"},
    "opencc": {"index/terms.py"},
    "mcp": {"service/mcp_tools.py"},
}

# Each layer imports only from itself and from those before it.
LAYERS = [
    {"errors", "records"},
    {"settings", "sentences"},
    {"articles", "passages", "embedding"},
    {"reading"},
    {"index"},
    {"retrieval"},
    {"citing"},
    {"answering"},
    {"presentation"},
    {"engine"},
    {"aio", "feedback", "library", "llama_index"},
    {"evaluation", "doctor", "batch", "service", "ui", "terminal"},
    {"cli", "eval_cli", "golden_cli"},
]


def imports(path: Path) -> set[str]:
    """Names of all modules a file imports, at the top or inside functions, type-only ones left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    type_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in type_only:
            continue
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def layer_of(module: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if module in layer)


@pytest.mark.parametrize("package", sorted(SOLE_IMPORTERS))
def test_a_third_party_package_is_known_to_its_adapter_only(package: str) -> None:
    importers = {
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if any(name == package or name.startswith(package + ".") for name in imports(path))
    }
    assert importers <= SOLE_IMPORTERS[package]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_imports_follow_the_flow_of_data(path: Path) -> None:
    part = path.relative_to(SOURCE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    mine = layer_of(part)
    for name in imports(path):
        if name.startswith("policy_qa."):
            other = name.split(".")[1]
            assert layer_of(other) <= mine, f"{path.name} imports {name}, which comes later in the flow"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_a_module_stays_small_enough_to_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 310
