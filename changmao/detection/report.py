"""What an evaluation tells of one file, for machines and for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.markup import escape
from rich.table import Table

from contracts.evidence import Stage
from screening.evaluation.dialogue import BENIGN, FRAUD
from screening.evaluation.figures import Figures, Share, figures_of
from screening.evaluation.trial import Trial

_NAME_WIDTH = 20
"""Characters of a terminal that a file's or a type's name has at least."""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one file (or folder of recordings), and the trials behind them."""

    file: str
    clean: Figures
    trials: Sequence[Trial]
    """As it stands, without noise."""
    noise: Mapping[str, Figures] = field(default_factory=dict)
    """By rate: 0.2."""

    @property
    def is_mixed(self) -> bool:
        """Tell whether frauds and benign calls share the file, so that its rate is neither of both."""
        return {trial.label for trial in self.trials} == {FRAUD, BENIGN}

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        noise = {rate: figures.plain() for rate, figures in self.noise.items()}
        return {"file": self.file, **self.clean.plain(), "noise": noise}


def tables(reports: Sequence[Report]) -> Iterator[Table]:
    """Yield a table of the files, then one of the types of each file that names any."""
    files = _table("file", "noise", "calls", "alerted", "rate", "p50 s", "p90 s", "in time")
    for report in reports:
        name = escape(Path(report.file).stem)
        for rate, figures in {"": report.clean, **report.noise}.items():
            files.add_row(name, rate, *_share(figures.share), *_times(figures))
        for label, figures in _by_label(report):
            files.add_row(f"{name}: {label}", "", *_share(figures.share), *_times(figures))
    yield files
    for report in reports:
        if report.clean.by_type:
            yield _types(report)


def wrong_lines(report: Report) -> Iterator[str]:
    """Yield each missed and false dialogue of a file with its reasons, evidence below it."""
    for trial in report.trials:
        if trial.is_wrong:
            yield _verdict(report, trial)
            yield from (f"    {line}" for line in _evidence(trial))


def _by_label(report: Report) -> Iterator[tuple[str, Figures]]:
    if report.is_mixed:
        for label in (FRAUD, BENIGN):
            yield label, figures_of([trial for trial in report.trials if trial.label == label])


def _types(report: Report) -> Table:
    noises = (f"noise {rate}" for rate in report.noise)
    types = _table("type", "calls", "alerted", "rate", *noises, title=escape(report.file))
    for kind, share in report.clean.by_type.items():
        noisy = (_percent(figures.by_type[kind].rate) for figures in report.noise.values())
        types.add_row(escape(kind), *_share(share), *noisy)
    return types


def _table(first: str, *headings: str, title: str | None = None) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 0))
    table.add_column(first, overflow="fold", min_width=_NAME_WIDTH)
    for heading in headings:
        table.add_column(heading, justify="right")
    return table


def _share(share: Share) -> tuple[str, str, str]:
    return str(share.dialogues), str(share.alerted), _percent(share.rate)


def _times(figures: Figures) -> tuple[str, str, str]:
    return _number(figures.seconds_p50), _number(figures.seconds_p90), _percent(figures.before_first_ask)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.2%}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _verdict(report: Report, trial: Trial) -> str:
    what = "missed" if trial.label == FRAUD else "false alarm"
    risk = "nothing said" if trial.risk is None else f"risk {trial.risk:+.2f}"
    when = f" after {trial.alert.at_ms / 1000:.1f} s as {trial.alert.scam_type}" if trial.alert else ""
    missing = ", ".join(trial.stages_missing) or "none"
    kind = f" ({trial.type})" if trial.type else ""
    return f"{what}: {report.file} {trial.id}{kind}: {risk}{when}; stages missing: {missing}"


def _evidence(trial: Trial) -> Iterator[str]:
    for item in trial.evidence:
        if item.stage is Stage.DICTION:
            yield f"{item.contribution:+.2f} {item.stage}: most of all {item.text}"
            continue
        yield (
            f"{item.contribution:+.2f} {item.stage} {item.phrase_id}: "
            f"{item.speaker} said {item.text!r}, matches {item.wording!r} by {item.score:.0f} %"
        )
