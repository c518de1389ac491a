"""Question and passages → how well each answers and the words that do: the small reader."""

from __future__ import annotations

from policy_qa.reading.onnx_reader import load_reader
from policy_qa.reading.protocol import Reader, Reading, ReadPassage

__all__ = ["ReadPassage", "Reader", "Reading", "load_reader"]
