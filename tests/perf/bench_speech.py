"""Live streams a processor: our speech server beside a plain one, with the same model and the same calls."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from asr.bench.own_server import serve_own
from asr.bench.recorded_call import RecordedCall, calls_of
from asr.bench.server_process import Serve
from asr.bench.trial import Trial, run_trial
from asr.models import find_model
from changmao.settings import Settings
from changmao.speech_model import model_of
from tests.perf.benchmark import Options, Result
from tests.perf.plain_vosk_server import serve_plain

_CALLS = Path(__file__).parent.parent / "fixtures" / "calls"
_PLAIN_STEPS = (2, 3, 4, 5, 6, 8)
_OWN_STEPS = (2, 4, 6, 8, 10, 14, 20, 28, 40)
_LEAST_RATIO = 2.5
"""To the plain server, with the compiled graph."""


def run(options: Options) -> Iterable[Result]:
    """Find the most streams that each holds on one processor, each trial on a fresh server."""
    settings = Settings()
    published, chosen = find_model(settings.models), model_of(settings)
    calls = calls_of(_CALLS)
    plain = _most(serve_plain, published, calls, _PLAIN_STEPS, options.seconds)
    yield _result("speech_plain", plain, {})
    yield from _compared(
        "speech_composed", _most(serve_own, published, calls, _OWN_STEPS, options.seconds), plain
    )
    if (chosen / "graph" / "HCLG.fst").exists():
        most = _most(serve_own, chosen, calls, _OWN_STEPS, options.seconds)
        yield from _compared("speech_compiled", most, plain, least=_LEAST_RATIO)


def _most(
    serve: Serve, model: Path, calls: Sequence[RecordedCall], steps: Sequence[int], seconds: int
) -> Trial:
    """Return the last trial that held, or the first where none did."""
    best: Trial | None = None
    for streams in steps:
        trial = run_trial(serve, model, calls, streams, seconds, processors=1)
        print(f"bench: {trial}", file=sys.stderr, flush=True)  # noqa: T201
        if trial.streams_per_core is None:
            return best or trial
        best = trial
    assert best is not None
    return best


def _compared(name: str, most: Trial, plain: Trial, least: float | None = None) -> Iterator[Result]:
    if most.streams_per_core is None or plain.streams_per_core is None:
        yield _result(name, most, {})
        return
    ratio = most.streams_per_core / plain.streams_per_core
    # Budgets are upper bounds, so the ratio is judged by its inverse.
    budgets = {"plain_to_ours": 1 / least} if least else {}
    compared = replace(most, ratio_to_plain=ratio)
    yield replace(
        _result(name, compared, budgets), ratios={"ratio_to_plain": ratio, "plain_to_ours": 1 / ratio}
    )


def _result(name: str, trial: Trial, budgets: dict[str, float]) -> Result:
    lag = trial.final_lag_ms
    lags = {"p50": lag.p50, "p95": lag.p95, "p99": lag.p99}
    figures = {
        "streams_per_core": trial.streams_per_core or 0.0,
        "rtf_per_core": trial.rtf_per_core,
        "memory_mb": trial.memory_mb,
        **{f"final_lag_{share}_ms": value for share, value in lags.items() if value is not None},
    }
    sizes = {"streams": trial.streams, "seconds": trial.seconds, "refused": trial.refused, "lost": trial.lost}
    return Result(name, sizes, figures, budgets=budgets)
