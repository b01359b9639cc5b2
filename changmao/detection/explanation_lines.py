"""The explanation of a talk as lines for people, and as plain values for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import TypeAdapter

from contracts.evidence import Context, Evidence, Stage
from screening.evaluation.explanation import Explanation, Said

_PLAIN = TypeAdapter(Explanation)


def plain(explanation: Explanation) -> dict[str, object]:
    """Return it for JSON; levels are words, risks log-odds, times ms of call time."""
    values: dict[str, object] = _PLAIN.dump_python(explanation, mode="json")
    values["level"] = explanation.level.word
    values["thresholds"] = {level.word: least for level, least in explanation.thresholds}
    return values


def lines(explanation: Explanation) -> Iterator[str]:
    """Yield each utterance with its matches marked 【so】, why each counts or not, and what it adds up to."""
    for said in explanation.said:
        yield f"{said.speaker:<8} {_clock(said.start_ms)}-{_clock(said.end_ms)}  {_marked(said)}"
        yield from (f"    {_why(evidence)}" for evidence in said.found)
    if not any(said.found for said in explanation.said):
        yield "no phrase of the phrasebook was found"
    yield ""
    yield from _sums(explanation)


def _sums(explanation: Explanation) -> Iterator[str]:
    yield f"{'prior':<12} {explanation.prior:+6.2f}"
    for each in explanation.stages:
        value = -each.value if each.stage is Stage.PROTECTIVE else each.value
        most = (
            f"; most of all {' '.join(explanation.strongest)}"
            if each.stage is Stage.DICTION and explanation.strongest
            else ""
        )
        yield f"{each.stage:<12} {value + 0.0:+6.2f}   at most {each.limit:.2f}{most}"
    yield f"{'combination':<12} {explanation.combination:+6.2f}"
    thresholds = ", ".join(f"{level.word} from {least:+.2f}" for level, least in explanation.thresholds)
    yield f"{'risk':<12} {explanation.risk:+6.2f}   {thresholds}"
    kind = explanation.scam_type
    yield f"{'level':<12} {explanation.level.word}" + (f" ({kind} {kind.label})" if kind else "")
    when = "none" if explanation.alert_ms is None else f"after {explanation.alert_ms / 1000:.1f} s"
    yield f"{'alert':<12} {when}"


def _why(evidence: Evidence) -> str:
    about = f"{evidence.stage}, {evidence.scam_type or 'any type'}, {evidence.score:.0f} % alike"
    heard = f"{evidence.text!r} as {evidence.wording!r}"
    return f"{evidence.contribution:+6.2f}  {evidence.phrase_id}: {heard} ({about}){_not_meant(evidence)}"


def _not_meant(evidence: Evidence) -> str:
    if evidence.context is Context.PLAIN:
        return ""
    return f"; does not count: {evidence.context}" + (f" by {evidence.cue!r}" if evidence.cue else "")


def _marked(said: Said) -> str:
    text = said.text
    for start, end in reversed(list(_joined(evidence.span for evidence in said.found))):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return text


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans that overlap or touch as one, in order."""
    open_span: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if open_span and start <= open_span[1]:
            open_span = open_span[0], max(open_span[1], end)
            continue
        if open_span:
            yield open_span
        open_span = start, end
    if open_span:
        yield open_span


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms / 1000, 60)
    return f"{minutes:.0f}:{seconds:04.1f}"
