"""G.711 A-law."""

from __future__ import annotations

import numpy as np
import pytest

from asr.telephone_line import through_alaw

pytestmark = pytest.mark.unit

EVERY_SAMPLE = np.arange(-32768, 32768).astype("<i2")


def line(*samples):
    return np.frombuffer(through_alaw(np.array(samples, dtype="<i2").tobytes()), dtype="<i2")


# Decision and decoded values of ITU-T G.711 table 1a, times 8: it counts in 13 bits, sound here has 16.
@pytest.mark.parametrize(
    ("sent", "received"),
    [(0, 8), (15, 8), (16, 24), (255, 248), (256, 264), (1000, 1008), (16383, 16128), (32767, 32256)],
)
def test_a_sample_is_heard_as_the_middle_of_its_step(sent, received):
    assert line(sent).tolist() == [received]


def test_below_zero_it_is_the_same_with_the_other_sign():
    assert line(*range(-32768, 0)).tolist() == [-heard for heard in line(*range(32767, -1, -1))]


def test_there_are_256_levels():
    assert len(set(line(*EVERY_SAMPLE).tolist())) == 256


def test_going_over_the_line_twice_changes_nothing_more():
    once = through_alaw(EVERY_SAMPLE.tobytes())
    assert through_alaw(once) == once


def test_half_a_sample_is_refused():
    with pytest.raises(ValueError, match="buffer size"):
        through_alaw(b"\0\0\0")
