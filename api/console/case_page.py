"""One case as its page shows it: words for codes, marks for matches, times in the site's zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from api.console.chain import ChainRow, chain
from api.console.times import offset
from api.console.wording import SPEAKER, STAGE
from api.highlighting import Mark, Piece, cut
from casework.case import CaseStage
from contracts.evidence import Evidence, Line
from store.views import AlertView, CaseView


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One utterance of the transcript."""

    at: str
    """Minutes and seconds into the call."""
    side: str
    who: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class StageMark:
    """One of the six stages and whether the case has come to it (R35)."""

    label: str
    at: datetime | None
    is_current: bool


def spoken(view: AlertView) -> tuple[SpokenLine, ...]:
    """Return an alert's transcript with its matches marked."""
    return tuple(
        SpokenLine(
            at=offset(line.start_ms),
            side=line.speaker.value,
            who=SPEAKER[line.speaker],
            pieces=cut(line.text, _marks(line, view.evidence)),
        )
        for line in view.transcript
    )


def stages(view: CaseView) -> tuple[StageMark, ...]:
    """Return the six stages in order."""
    entered = {entry.stage: entry.at for entry in view.stages}
    return tuple(StageMark(stage.label, entered.get(stage), stage is view.case.stage) for stage in CaseStage)


def chains(view: CaseView) -> tuple[tuple[ChainRow, ...], ...]:
    """Return, for each alert, the rules its call's number was judged by; empty where it was not judged."""
    verdicts = {call.id: call.verdict for call in view.calls}
    found = (verdicts.get(each.alert.call_id or "") for each in view.alerts)
    return tuple(chain(verdict.rules) if verdict else () for verdict in found)


def _marks(line: Line, evidence: Iterable[Evidence]) -> Iterable[Mark]:
    """Evidence names its utterance by speaker and time; its span counts there."""
    for found in evidence:
        if found.speaker is not line.speaker:
            continue
        if found.start_ms < line.end_ms and found.end_ms > line.start_ms:
            start, end = found.span
            if line.text[start:end] != found.text:  # The final may differ from the partial that matched.
                start = line.text.find(found.text)
                end = start + len(found.text)
            if start >= 0:
                yield Mark(start, end, f"{STAGE[found.stage]}：{found.wording}")
