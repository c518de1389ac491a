"""Charts as inline SVG: no script, no font, no file beside the page.

Colours come from classes that the page's style sheet defines, so that a chart follows the
reader's light or dark theme. All values lie between 0 and 1 unless an axis says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

_LINE = 22
_FONT_WIDTH = 7.2
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


class Bar(NamedTuple):
    """A horizontal bar with its interval.

    Attributes:
        label: What it is of.
        value: Its length.
        low: Lower end of the interval.
        high: Upper end.
        style: CSS class of the bar.
    """

    label: str
    value: float
    low: float
    high: float
    style: str = "main"


class Series(NamedTuple):
    """A line through points (x, y).

    Attributes:
        label: What it is of.
        points: In drawing order.
        style: CSS class of the line.
        dots: Draw a dot at every point, with this radius.
    """

    label: str
    points: Sequence[tuple[float, float]]
    style: str
    dots: Sequence[float] = ()


def bars(rows: Sequence[Bar], *, start: float = 0.0, width: int = 640) -> str:
    """Horizontal bars with whiskers for their intervals.

    Args:
        rows: From top to bottom.
        start: Value at the left end; a hint beside the axis says if it is not 0.
        width: Width in pixels.
    """
    left = max((_text_width(row.label) for row in rows), default=0) + 14
    right = width - 60
    height = _LINE * len(rows) + 30

    def x(value: float) -> float:
        return left + (min(max(value, start), 1.0) - start) / (1 - start) * (right - left)

    parts = [_open(width, height, "bars")]
    for tick in _ticks(start):
        parts.append(_segment("grid", x(tick), 4, x(tick), height - 22))
        parts.append(_text("axis", x(tick), height - 8, f"{tick:g}", "middle"))
    for i, row in enumerate(rows):
        top = 6 + i * _LINE
        middle = top + _LINE / 2 - 2
        parts.append(_text("label", left - 8, middle + 4, row.label, "end"))
        parts.append(
            f'<rect class="fill {row.style}" x="{x(start):.1f}" y="{top}" rx="2"'
            f' width="{max(x(row.value) - x(start), 1):.1f}" height="{_LINE - 6}">'
            f"<title>{escape(row.label)}: {row.value:.3f} [{row.low:.3f}, {row.high:.3f}]</title></rect>"
        )
        parts.append(_segment("whisker", x(row.low), middle, x(row.high), middle))
        parts.extend(_segment("whisker", x(end), middle - 4, x(end), middle + 4) for end in row[2:4])
        parts.append(_text("value", x(max(row.high, row.value)) + 6, middle + 4, f"{row.value:.3f}"))
    return "".join([*parts, "</svg>"])


def lines(
    series: Sequence[Series], *, x_label: str, y_label: str, diagonal: bool = False, size: int = 420
) -> str:
    """Lines in the unit square with a legend below.

    Args:
        series: Drawn in order.
        x_label: What runs to the right.
        y_label: What runs upwards.
        diagonal: Draw the line on which both are equal.
        size: Width in pixels.
    """
    left, top, side = 44, 10, size - 60
    height = top + side + 40 + 18 * len(series)

    def at(point: tuple[float, float]) -> tuple[float, float]:
        return left + point[0] * side, top + (1 - point[1]) * side

    parts = [_open(size, height, "lines")]
    parts += _axes(at, x_label, y_label)
    if diagonal:
        parts.append(_segment("diagonal", *at((0, 0)), *at((1, 1))))
    for i, one in enumerate(series):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, one.points))
        parts.append(f'<polyline class="line {one.style}" points="{path}"/>')
        for point, radius in zip(one.points, one.dots, strict=False):
            x, y = at(point)
            parts.append(f'<circle class="fill {one.style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
        y = top + side + 50 + 18 * i
        parts.append(_segment(f"line {one.style}", left, y - 4, left + 22, y - 4))
        parts.append(_text("label", left + 30, y, one.label))
    return "".join([*parts, "</svg>"])


def histogram(values: Sequence[float], *, unit: str, style: str, top: float, bins: int = 24) -> str:
    """How often values fall into equal steps from 0 to ``top``; higher ones are in the last bar.

    Args:
        values: Not negative.
        unit: Of the values, shown at the axis.
        style: CSS class of the bars.
        top: Value at the right end.
        bins: Number of bars.
    """
    width, height, left = 420, 130, 10
    counts = [0] * bins
    for value in values:
        counts[min(int(value / top * bins), bins - 1)] += 1
    highest = max(counts, default=0) or 1
    step = (width - 2 * left) / bins
    parts = [_open(width, height, "histogram")]
    for i, count in enumerate(counts):
        tall = count / highest * (height - 36)
        parts.append(
            f'<rect class="fill {style}" x="{left + i * step:.1f}" y="{height - 24 - tall:.1f}"'
            f' width="{step - 1:.1f}" height="{tall:.1f}"><title>{count}</title></rect>'
        )
    parts.append(_segment("grid", left, height - 24, width - left, height - 24))
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = left + share * (width - 2 * left)
        parts.append(_text("axis", x, height - 8, f"{top * share:.0f} {unit}", anchor))
    return "".join([*parts, "</svg>"])


def _axes(at: Callable[[tuple[float, float]], tuple[float, float]], x_label: str, y_label: str) -> list[str]:
    """Grid, ticks and labels of the unit square; ``at`` turns values into pixels."""
    parts: list[str] = []
    for tick in _TICKS:
        (x, y0), (_, y1) = at((tick, 0)), at((tick, 1))
        parts += [_segment("grid", x, y0, x, y1), _text("axis", x, y0 + 14, f"{tick:g}", "middle")]
        (x0, y), (x1, _) = at((0, tick)), at((1, tick))
        parts += [_segment("grid", x0, y, x1, y), _text("axis", x0 - 6, y + 4, f"{tick:g}", "end")]
    (middle_x, bottom), (_, middle_y) = at((0.5, 0)), at((0, 0.5))
    parts.append(_text("axis", middle_x, bottom + 30, x_label, "middle"))
    parts.append(
        f'<text class="axis" text-anchor="middle" transform="translate(12 {middle_y:.0f}) rotate(-90)">'
        f"{escape(y_label)}</text>"
    )
    return parts


def _ticks(start: float) -> list[float]:
    steps = 5
    return [round(start + (1 - start) * i / steps, 3) for i in range(steps + 1)]


def _open(width: int, height: float, name: str) -> str:
    return (
        f'<svg class="chart {name}" role="img" viewBox="0 0 {width} {height:.0f}" width="{width}"'
        f' height="{height:.0f}" xmlns="http://www.w3.org/2000/svg">'
    )


def _segment(style: str, x0: float, y0: float, x1: float, y1: float) -> str:
    return f'<line class="{style}" x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}"/>'


def _text(style: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _text_width(text: str) -> float:
    """Rough width in pixels; a Chinese character is about two Latin ones wide."""
    return sum(_FONT_WIDTH * (2 if ord(char) > 0x2E7F else 1) for char in text)
