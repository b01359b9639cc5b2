"""What fitting tells of the calls it was judged by, for machines and for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import Any

from rich.markup import escape
from rich.table import Table

from screening.diction import Diction
from screening.fitting.cross_validation import Count, JudgedFold
from screening.fitting.fitted_risk import RiskNumbers
from screening.phrasebook import Phrasebook

_MOST_CHANGES = 40


@dataclass(frozen=True, slots=True)
class FitReport:
    """Numbers before and after, and how well each tells calls that they were not fitted on."""

    book: Phrasebook
    """What was fitted from."""
    editors: RiskNumbers
    """Its numbers."""
    fitted: RiskNumbers
    """On all calls but those held back."""
    diction: Diction
    """Fitted on the same, and weighing as much as it should beside the phrases."""
    folds: Sequence[JudgedFold]
    """Each fold judged by what was fitted on the others."""
    held_back: JudgedFold | None
    """Judged by `fitted`; None where no call was held back."""

    @property
    def changes(self) -> list[tuple[str, float, float]]:
        """Phrases whose weight changed, with it before and after; the greatest change first."""
        rows = zip(self.book.phrases, self.editors.weights, self.fitted.weights, strict=True)
        changed = [(phrase.id, before, after) for phrase, before, after in rows if before != after]
        return sorted(changed, key=lambda row: -abs(row[2] - row[1]))

    def plain(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "folds": [asdict(judged) for judged in self.folds],
            "files": [asdict(count) for count in self._files()],
            "held_back": asdict(self.held_back) if self.held_back else None,
            "model": {
                "before": self.editors.model.model_dump(),
                "after": self.fitted.model.model_dump(),
            },
            "diction": {
                "before": _diction(self.editors, self.book.diction),
                "after": _diction(self.fitted, self.diction),
            },
            "weights": [{"id": name, "before": old, "after": new} for name, old, new in self.changes],
        }

    def tables(self) -> Iterator[Table]:
        """Yield the folds, the files over all folds, the fold held back, model, diction and weights."""
        yield _counts("cross-validated, by fold", [count for judged in self.folds for count in judged.counts])
        yield _counts("cross-validated, by file", self._files())
        if self.held_back:
            yield _counts("held back, never fitted on", self.held_back.counts)
        yield _areas([*self.folds, *([self.held_back] if self.held_back else [])])
        yield self._model()
        yield self._dictions()
        yield self._weights()

    def _files(self) -> list[Count]:
        counts = [count for judged in self.folds for count in judged.counts]
        counts.sort(key=_group)
        return [_sum(list(same)) for _, same in groupby(counts, key=_group)]

    def _model(self) -> Table:
        table = _table("the model", "number", "before", "after")
        before, after = self.editors.model, self.fitted.model
        table.add_row("prior", f"{before.prior:g}", f"{after.prior:g}")
        names = ("two stages", "three stages", "four stages")
        for name, old, new in zip(names, before.combination, after.combination, strict=True):
            table.add_row(name, f"{old:g}", f"{new:g}")
        return table

    def _dictions(self) -> Table:
        table = _table("diction", "number", "before", "after")
        before, after = _diction(self.editors, self.book.diction), _diction(self.fitted, self.diction)
        table.add_row("times as fitted by itself", f"{before['factor']:g}", f"{after['factor']:g}")
        for who, pieces in after["pieces"].items():
            table.add_row(f"pieces of the {who}", str(before["pieces"][who]), str(pieces))
        return table

    def _weights(self) -> Table:
        changes = self.changes
        title = f"{len(changes)} of {len(self.book.phrases)} weights changed"
        table = _table(f"{title}; the greatest {_MOST_CHANGES}", "phrase", "before", "after")
        for name, before, after in changes[:_MOST_CHANGES]:
            table.add_row(escape(name), f"{before:g}", f"{after:g}")
        return table


def _diction(numbers: RiskNumbers, diction: Diction) -> dict[str, Any]:
    pieces = {speaker.value: len(weights) for speaker, weights in diction.weights.items()}
    return {"factor": numbers.diction, "pieces": pieces}


def _group(count: Count) -> tuple[str, bool]:
    return count.file, count.is_fraud


def _sum(counts: Sequence[Count]) -> Count:
    return Count(
        fold=None,
        file=counts[0].file,
        is_fraud=counts[0].is_fraud,
        calls=sum(count.calls for count in counts),
        before=sum(count.before for count in counts),
        after=sum(count.after for count in counts),
    )


def _counts(title: str, counts: Sequence[Count]) -> Table:
    table = _table(title, "file", "label", "fold", "calls", "alerted before", "after", "rate before", "after")
    for count in counts:
        table.add_row(
            escape(count.file),
            "fraud" if count.is_fraud else "benign",
            "all" if count.fold is None else str(count.fold),
            *(str(number) for number in (count.calls, count.before, count.after)),
            *(f"{number / count.calls:.2%}" for number in (count.before, count.after)),
        )
    return table


def _areas(folds: Sequence[JudgedFold]) -> Table:
    table = _table("area under the curve of recall against false alarms", "fold", "before", "after")
    for judged in folds:
        table.add_row(str(judged.fold), *map(_area, (judged.area_before, judged.area_after)))
    return table


def _area(area: float | None) -> str:
    return "" if area is None else f"{area:.4f}"


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for heading in headings:
        words = heading in {"file", "label", "phrase", "number"}
        table.add_column(heading, overflow="fold", justify="left" if words else "right")
    return table
