"""Pictures as files: a histogram, a fan over time, a tornado, two figures of many designs. PNG or SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

SUFFIXES: Final = (".png", ".svg")
INK, GREY, LIGHT = "#1F3A5F", "#5C5C5C", "#D9DEE5"
BELOW, ABOVE = "#C8963E", "#1F3A5F"
WIDTH, HEIGHT, DOTS = 8.0, 3.6, 160
"""Inches, inches of a panel, dots an inch."""


class ChartsMissingError(RuntimeError):
    """Matplotlib, which draws the pictures, is not installed."""

    def __init__(self) -> None:
        super().__init__("pictures need Matplotlib: pip install 'coprod-budget[charts]'")


class Bars(NamedTuple):
    """A histogram: how many runs lie between each two limits, and lines at figures that matter, by their name."""

    title: str
    axis: str
    limits: Sequence[float]
    counts: Sequence[float]
    marks: Mapping[str, float] = {}
    unit: str = ""
    """A currency, or share: then figures are written in per cent."""


class Bands(NamedTuple):
    """A fan: by share of the runs, the figure that they stay below, at each point of time."""

    title: str
    axis: str
    points: Sequence[str]
    quantiles: Mapping[float, Sequence[float]]
    unit: str = ""


class Swing(NamedTuple):
    """One bar of a tornado: what is varied, the figure at its low and its high value, and these values in words."""

    label: str
    low: float
    high: float
    low_words: str = ""
    high_words: str = ""


class Tornado(NamedTuple):
    """What moves a figure most, from the top down; ``base`` is the figure as it stands."""

    title: str
    axis: str
    base: float
    swings: Sequence[Swing]
    unit: str = ""


class Cloud(NamedTuple):
    """Two figures of many designs against each other (pairs), and the frontier among them, the best of the first figure first."""

    title: str
    axis: str
    other_axis: str
    points: Sequence[tuple[float, float]]
    frontier: Sequence[tuple[float, float]]
    units: tuple[str, str] = ("", "")

    @property
    def unit(self) -> str:
        """Currency or share of the first figure."""
        return self.units[0]


Panel: TypeAlias = Bars | Bands | Tornado | Cloud


def draw(path: Path, panels: Sequence[Panel]) -> None:
    """Draw panels under each other into a PNG or SVG file, as its ending says; the same panels give the same file.

    Args:
        path: Where the picture goes; an existing file is replaced.
        panels: What is drawn.

    Raises:
        ChartsMissingError: Matplotlib is not installed.
        OSError: The file cannot be written.
    """
    try:
        from matplotlib import rc_context  # an extra: imported where it is asked for
        from matplotlib.figure import Figure
    except ModuleNotFoundError:
        raise ChartsMissingError from None
    kinds: dict[type, Callable[[Any, Any, Callable[[float], str]], None]] = {
        Bars: _bars,
        Bands: _bands,
        Tornado: _tornado,
        Cloud: _cloud,
    }
    looks: Any = {
        "font.family": "sans-serif",
        "font.size": 9,
        "axes.titlesize": 11,
        "axes.titleweight": "bold",
        "svg.hashsalt": "coprod-budget",
        "svg.fonttype": "none",
    }
    with rc_context(looks):
        heights = [0.34 * len(p.swings) + 1.2 if isinstance(p, Tornado) else HEIGHT for p in panels]
        figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
        axes = figure.subplots(len(panels), 1, squeeze=False, gridspec_kw={"height_ratios": heights})
        for panel, place in zip(panels, axes[:, 0], strict=True):
            _plain(place)
            kinds[type(panel)](place, panel, _written(panel))
            place.set_title(_safe(panel.title), loc="left", color=INK)
            axis = panel.axis if panel.unit in {"", "share"} else f"{panel.axis}, {panel.unit}"
            (place.set_ylabel if isinstance(panel, Bands) else place.set_xlabel)(_safe(axis))
        kind = path.suffix.lower().removeprefix(".")
        known = {"Date": None} if kind == "svg" else {"Software": None}
        figure.savefig(path, format=kind, dpi=DOTS, metadata=known)


def _safe(text: str) -> str:
    """Return a text in which no sign begins a formula."""
    return text.replace("$", r"\$")


def _plain(axes: Any) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(GREY)
    axes.tick_params(colors=GREY)
    axes.set_axisbelow(True)


def _written(panel: Panel) -> Callable[[float], str]:
    """Return how figures are written at an axis: per cent, thousands and millions, or as they are."""
    if isinstance(panel, Bars):
        figures = [*panel.limits]
    elif isinstance(panel, Bands):
        figures = [value for row in panel.quantiles.values() for value in row]
    elif isinstance(panel, Cloud):
        figures = [value for value, _ in panel.points]
    else:
        figures = [panel.base, *(value for swing in panel.swings for value in (swing.low, swing.high))]
    largest = max((abs(f) for f in figures if f == f), default=0.0)  # noqa: PLR0124 - leaves out what is not a number

    def write(value: float) -> str:
        if panel.unit == "share":
            return f"{value * 100:.4g}%"
        if largest >= 1e6:
            return f"{value / 1e6:.4g} m"
        return f"{value / 1e3:.4g} k" if largest >= 1e4 else f"{value:.4g}"

    return write


def _scale(axis: Any, write: Callable[[float], str]) -> None:
    axis.set_major_formatter(lambda value, _place: write(value))
    axis.grid(visible=True, color=LIGHT, linewidth=0.8)


def _bars(axes: Any, panel: Bars, write: Callable[[float], str]) -> None:
    total = sum(panel.counts) or 1.0
    widths = [high - low for low, high in zip(panel.limits, panel.limits[1:], strict=False)]
    heights = [count / total for count in panel.counts]
    axes.bar(
        list(panel.limits)[:-1], heights, width=widths, align="edge", color="#8DA9C4", edgecolor="white", linewidth=0.6
    )
    _scale(axes.xaxis, write)
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value * 100:.3g}%")
    axes.set_ylabel("share of the draws")
    colours = (INK, BELOW, "#4C8577", "#A4483B", "#7A6C9D")
    for number, (name, value) in enumerate(panel.marks.items()):
        axes.axvline(value, color=colours[number % len(colours)], linewidth=1.6, label=_safe(f"{name}: {write(value)}"))
    if panel.marks:
        axes.legend(frameon=False, fontsize=8)


def _bands(axes: Any, panel: Bands, write: Callable[[float], str]) -> None:
    places = list(range(len(panel.points)))
    shares = sorted(panel.quantiles)
    pairs = [(low, 1 - low) for low in shares if low < 0.5]
    for number, (low, high) in enumerate(pairs):
        upper = next((share for share in shares if abs(share - high) < 1e-9), None)
        if upper is None:
            continue
        shade = 0.18 + 0.5 * (number + 1) / (len(pairs) + 1)
        label = f"{low * 100:g} to {high * 100:g}% of the draws"
        axes.fill_between(
            places, panel.quantiles[low], panel.quantiles[upper], color="#8DA9C4", alpha=shade, linewidth=0, label=label
        )
    if 0.5 in panel.quantiles:
        axes.plot(places, panel.quantiles[0.5], color=INK, linewidth=1.8, label="half of the draws are below")
    axes.axhline(0, color=GREY, linewidth=0.8)
    _scale(axes.yaxis, write)
    step = -(-len(places) // 9) or 1
    axes.set_xticks(places[::step], [_safe(point) for point in panel.points[::step]])
    axes.margins(x=0)
    axes.legend(frameon=False, fontsize=8)


def _cloud(axes: Any, panel: Cloud, write: Callable[[float], str]) -> None:
    axes.scatter(*zip(*panel.points, strict=True), s=9, color="#8DA9C4", linewidths=0, label="keep every requirement")
    axes.plot(*zip(*panel.frontier, strict=True), color=INK, marker="o", markersize=4, linewidth=1.2, label="frontier")
    axes.plot(*panel.frontier[0], color=BELOW, marker="D", markersize=7, linestyle="none", label="best")
    _scale(axes.xaxis, write)
    _scale(axes.yaxis, _written(Bars("", "", [y for _, y in panel.points], (), unit=panel.units[1])))
    other = panel.units[1]
    axes.set_ylabel(_safe(panel.other_axis if other in {"", "share"} else f"{panel.other_axis}, {other}"))
    axes.legend(frameon=False, fontsize=8)


def _tornado(axes: Any, panel: Tornado, write: Callable[[float], str]) -> None:
    rows = list(range(len(panel.swings)))
    for row, swing in zip(rows, panel.swings, strict=True):
        for value, colour, words in ((swing.low, BELOW, swing.low_words), (swing.high, ABOVE, swing.high_words)):
            axes.barh(row, value - panel.base, left=panel.base, color=colour, height=0.66)
            side = "left" if value >= panel.base else "right"
            axes.annotate(
                _safe(words), (value, row), xytext=(3 if side == "left" else -3, 0), textcoords="offset points",
                ha=side, va="center", fontsize=7, color=GREY,
            )  # fmt: skip
    axes.axvline(panel.base, color=INK, linewidth=1.2)
    axes.set_yticks(rows, [_safe(swing.label) for swing in panel.swings])
    axes.invert_yaxis()
    _scale(axes.xaxis, write)
    axes.yaxis.grid(visible=False)
    axes.margins(x=0.18)
