"""Live streams a processor: our speech server beside a plain one, with the same model and the same calls."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from asr.bench.load import Load
from asr.bench.own_server import serve_own
from asr.bench.recorded_call import RecordedCall, calls_of
from asr.bench.server_process import Serve
from asr.bench.trial import Trial, run_trial
from asr.compiled_model import find_compiled
from asr.models import find_model
from changmao.demo.scenario import CALLS
from changmao.settings import Settings
from contracts.errors import BadInputError, ChangmaoError
from tests.fixtures.speech_servers import serve_plain
from tests.perf.benchmark import Options, Result

_CALLS = Path(__file__).parent.parent / "fixtures" / "calls"
_SECONDS = 60
"""Of a trial at least: a server that is a little too slow is late only after a while."""
_FIRST = 2
_LEAST_RATIO = 2.5
"""To the plain server, with the compiled graph."""


class NothingMeasuredError(ChangmaoError):
    """What the others are compared with could not be measured."""

    code: ClassVar[str] = "bench.nothing_measured"


def run(options: Options) -> Iterable[Result]:
    """Find the most streams that each holds on one processor, each trial on a fresh server."""
    published = find_model(Settings().models)
    compiled = find_compiled(published)
    if compiled is None:
        raise NothingMeasuredError(f"{published} has no compiled graph; run `changmao models compile`")
    seconds = max(_SECONDS, options.seconds)
    calls = [*calls_of(_CALLS), *calls_of(CALLS)]
    plain = _most(serve_plain, published, calls, seconds)
    if plain is None:
        raise NothingMeasuredError(f"the plain server did not hold {_FIRST} streams; is the machine busy?")
    enough = enough_for(calls, seconds)
    yield _result("speech_plain", plain, enough)
    yield compared("speech_composed", _most(serve_own, published, calls, seconds), plain, enough)
    ours = _most(serve_own, compiled.folder, calls, seconds)
    yield compared("speech_compiled", ours, plain, enough, least=_LEAST_RATIO)


def _most(serve: Serve, model: Path, calls: Sequence[RecordedCall], seconds: int) -> Trial | None:
    """Return the trial with the most streams that were held; None where none were."""

    def holds(streams: int) -> Trial | None:
        trial = run_trial(serve, model, Load(calls, streams, seconds), processors=1)
        _tell(str(trial))
        return None if trial.streams_per_core is None else trial

    return most(holds, enough_for(calls, seconds))


def enough_for(calls: Sequence[RecordedCall], seconds: int) -> int:
    """Return how many streams the calls keep busy for so long, none played twice."""
    streams = 0
    while _are_enough(calls, streams + 2, seconds):
        streams += 2
    return streams


def _are_enough(calls: Sequence[RecordedCall], streams: int, seconds: int) -> bool:
    try:
        Load(calls, streams, seconds)
    except BadInputError:
        return False
    return True


def most(holds: Callable[[int], Trial | None], at_most: int) -> Trial | None:
    """Double the streams until they are not held, then halve the way between held and not held."""
    best: Trial | None = None
    held, streams, failed = 0, min(_FIRST, at_most), 0
    while held < at_most and (not failed or failed - held > max(1, held // 10)):
        if found := holds(streams):
            best, held = found, streams
        else:
            failed = streams
        if failed and not held:
            return None
        streams = (held + failed) // 2 if failed else min(2 * held, at_most)
    return best


def compared(name: str, ours: Trial | None, plain: Trial, enough: int, least: float | None = None) -> Result:
    """Judge by the inverse of the ratio, as budgets are upper bounds; where none was held, by that of one.

    `enough`: streams that could be tried.
    """
    assert plain.streams_per_core is not None
    streams = ours.streams_per_core if ours and ours.streams_per_core else 0.0
    ratio = streams / plain.streams_per_core
    ratios = {"ratio_to_plain": ratio, "plain_to_ours": plain.streams_per_core / max(1.0, streams)}
    budgets = {"plain_to_ours": 1 / least} if least else {}
    measured = Result(name, {}, {})
    if ours is not None:
        measured = _result(name, replace(ours, ratio_to_plain=round(ratio, 3)), enough)
    return replace(measured, ratios=ratios, budgets=budgets)


def _result(name: str, trial: Trial, enough: int) -> Result:
    lag, memory = trial.final_lag_ms, trial.memory
    found = {
        "streams_per_core": trial.streams_per_core,
        "rtf_per_core": trial.rtf_per_core,
        "memory_mb": memory and memory.most,
        "final_lag_p50_ms": lag.p50,
        "final_lag_p95_ms": lag.p95,
        "final_lag_p99_ms": lag.p99,
    }
    figures = {key: value for key, value in found.items() if value is not None}
    sizes = {
        "streams": trial.streams,
        "seconds": trial.seconds,
        "refused": trial.refused,
        "lost": trial.lost,
        # 1: it may hold more than there were calls to try it with.
        "limited_by_calls": int(trial.streams >= enough),
    }
    return Result(name, sizes, figures, details=trial.as_json())


def _tell(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)  # noqa: T201
