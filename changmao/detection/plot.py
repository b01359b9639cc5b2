"""An evaluation as a picture: recall against false alarms, and how soon alerts come."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.errors import BadInputError, ConfigurationError
from screening.evaluation.dialogue import BENIGN, FRAUD
from screening.evaluation.sweep import sweep
from screening.evaluation.trial import Trial

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INCHES = (11.0, 4.5)


class PlotExtraMissingError(ConfigurationError):
    """Plots need matplotlib, which is an extra."""

    code = "plot.extra_missing"


def check_plot(path: Path) -> None:
    """Find out before the work whether a plot can be made; PlotExtraMissingError or BadInputError."""
    if find_spec("matplotlib") is None:
        raise PlotExtraMissingError("--plot needs matplotlib; install it with: pip install 'changmao[plot]'")
    if path.suffix.lower() not in {".png", ".svg", ".pdf"} or not path.absolute().parent.is_dir():
        raise BadInputError(f"{path}: name a .png, .svg or .pdf in a folder that exists")


def plot(trials: Sequence[Trial], path: Path) -> None:
    """Draw trials that were played to the end; BadInputError where one label is missing altogether."""
    from matplotlib.figure import Figure  # noqa: PLC0415 (an extra)

    if {trial.label for trial in trials} != {FRAUD, BENIGN}:
        raise BadInputError(
            "--plot compares labels; name at least one file of frauds and one of benign calls"
        )
    figure = Figure(_INCHES, layout="constrained")
    left, right = figure.subplots(1, 2)
    _draw_sweep(left, trials)
    _draw_times(right, trials)
    try:
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written ({error.strerror}); name another") from None


def _draw_sweep(axes: Axes, trials: Sequence[Trial]) -> None:
    points = sweep(trials)
    axes.plot([point.false_alarms for point in points], [point.recall for point in points], label="threshold")
    axes.plot(_alerted(trials, BENIGN), _alerted(trials, FRAUD), "o", label="as alerted")
    axes.set(xlabel="false alarms (share of benign calls)", ylabel="recall (share of frauds)")
    axes.set(xlim=(-0.005, 0.1), ylim=(0.0, 1.02), title="Recall against false alarms, all files")
    axes.grid(visible=True)
    axes.legend(loc="lower right")


def _draw_times(axes: Axes, trials: Sequence[Trial]) -> None:
    frauds = [trial for trial in trials if trial.label == FRAUD]
    seconds = sorted(trial.alert.at_ms / 1000 for trial in frauds if trial.alert)
    axes.step([0.0, *seconds], [place / len(frauds) for place in range(len(seconds) + 1)], where="post")
    axes.set(xlabel="seconds from the first word", ylabel="share of frauds alerted by then")
    axes.set(ylim=(0.0, 1.02), title="Time to the alert")
    axes.grid(visible=True)


def _alerted(trials: Sequence[Trial], label: str) -> float:
    alerts = [trial.alert is not None for trial in trials if trial.label == label]
    return sum(alerts) / len(alerts)
