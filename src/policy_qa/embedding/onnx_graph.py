"""A small builder for ONNX graphs: every call adds a node and returns the name of its output."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto

CONTRIB: Final = "com.microsoft"

_OPSET: Final = 18
_IR_VERSION: Final = 10  # readable by ONNX Runtime 1.20 and later

Shape = Sequence[str | int]


class GraphBuilder:
    """Collects nodes and constants until :meth:`model` puts them together."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """Add a constant once and return its name."""
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def axis(self, number: int) -> str:
        """Return the name of a constant that holds one axis or index."""
        return self.constant(f"axis_{number}", np.array([number], np.int64))

    def nodes(
        self, operator: str, inputs: Sequence[str], *, outputs: int, domain: str = "", **attributes: object
    ) -> list[str]:
        """Add a node and return the names of its outputs."""
        from onnx import helper

        label = f"{operator}_{len(self._nodes)}"
        names = [f"{label}.{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(operator, inputs, names, name=label, domain=domain, **attributes))
        return names

    def node(self, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: object) -> str:
        """Add a node of one output and return its name."""
        return self.nodes(operator, inputs, outputs=1, domain=domain, **attributes)[0]

    def cast(self, value: str, kind: str) -> str:
        """Convert to an ONNX element type such as ``FLOAT``."""
        return self.node("Cast", [value], to=_element_type(kind))

    def name_output(self, value: str, name: str) -> None:
        """Give a value the name under which callers ask for it."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [value], [name], name=name))

    def model(self, name: str, inputs: Mapping[str, Shape], outputs: Mapping[str, Shape]) -> ModelProto:
        """Return the finished model with int64 inputs and float32 outputs of the given shapes."""
        from onnx import helper

        def described(values: Mapping[str, Shape], kind: str) -> list[Any]:
            return [
                helper.make_tensor_value_info(label, _element_type(kind), shape)
                for label, shape in values.items()
            ]

        graph = helper.make_graph(
            self._nodes,
            name,
            described(inputs, "INT64"),
            described(outputs, "FLOAT"),
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(CONTRIB, 1)]
        return helper.make_model(
            graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="policy_qa"
        )


def _element_type(name: str) -> int:
    from onnx import TensorProto

    return int(getattr(TensorProto, name))
