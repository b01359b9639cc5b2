"""The shipped phrases on what the recogniser really made of invented calls over 8 kHz lines."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from contracts.evidence import Speaker
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel, ScamType
from screening.session import ScreeningSession

pytestmark = pytest.mark.unit

RECOGNISED = Path(__file__).with_name("recognised_calls.tsv")
# The recogniser tells a partial about four times a second; people say 4.5 characters in it.
CHARACTERS_PER_PARTIAL = 1.1


def finals_of(call):
    with RECOGNISED.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if row["call"] == call:
                times = int(row["start_ms"]), int(row["end_ms"])
                yield (
                    Speaker(row["speaker"]),
                    Heard(row["text"], final=True, start_ms=times[0], end_ms=times[1]),
                )


def with_partials(final):
    count = int(len(final.text) / CHARACTERS_PER_PARTIAL)
    per_character = (final.end_ms - final.start_ms) / len(final.text)
    for n in range(1, count):
        length = round(n * CHARACTERS_PER_PARTIAL)
        end_ms = final.start_ms + round(length * per_character)
        yield Heard(final.text[:length], final=False, start_ms=final.start_ms, end_ms=end_ms)
    yield final


def listen(call, shipped, expand):
    session = ScreeningSession(shipped, number_risk=0.0, high_risk_resident=False)
    for speaker, final in finals_of(call):
        for heard in expand(final):
            yield heard.end_ms, session.hear(speaker, heard)


def first_alert(judgements):
    return next(((at, judged) for at, judged in judgements if judged.level >= RiskLevel.MEDIUM), None)


def whole(final):
    return [final]


# Each is told a quarter sooner than is asked for: 29.4 s, 6.5 s and 7.4 s where finals alone are heard.
@pytest.mark.parametrize("expand", [whole, with_partials])
@pytest.mark.parametrize(
    ("call", "scam_type", "latest_ms"),
    [
        ("fraud_police", ScamType.POLICE, 36_500),
        ("fraud_service", ScamType.SERVICE, 8_500),
        ("fraud_tasks", ScamType.TASKS, 9_500),
    ],
)
def test_a_scam_is_told_by_its_type_before_its_end(shipped, call, scam_type, latest_ms, expand):
    alert = first_alert(listen(call, shipped, expand))
    assert alert is not None
    assert (alert[1].scam_type, alert[0] <= latest_ms) == (scam_type, True)


@pytest.mark.parametrize("expand", [whole, with_partials])
@pytest.mark.parametrize("call", ["benign_courier", "benign_family"])
def test_an_ordinary_call_raises_no_alert(shipped, call, expand):
    assert first_alert(listen(call, shipped, expand)) is None


def test_a_suspected_number_does_not_make_a_courier_a_scam(shipped):
    session = ScreeningSession(shipped, number_risk=1.0, high_risk_resident=True)
    levels = [session.hear(speaker, heard).level for speaker, heard in finals_of("benign_courier")]
    assert max(levels) < RiskLevel.MEDIUM


def test_every_end_of_a_matched_word_lies_before_the_end_of_its_result(shipped):
    ends = [(at, j.phrase_ended_ms) for at, j in listen("fraud_police", shipped, whole)]
    assert all(ended is None or ended <= at for at, ended in ends)
