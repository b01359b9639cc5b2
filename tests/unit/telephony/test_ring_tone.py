"""Which blocks are only ringing: China's tone, silence, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from asr.telephone_line import through_alaw
from telephony.controller.ring_tone import is_ringing
from tests.fixtures.recordings import pcm_of

pytestmark = pytest.mark.unit

BLOCK = 800


def tone(hertz, level=6000.0, since=0):
    samples = level * np.sin(2 * np.pi * hertz * np.arange(BLOCK) / 8000)
    samples[:since] = 0
    return through_alaw(samples.astype("<i2").tobytes())


def test_silence_is_ringing():
    assert is_ringing(bytes(2 * BLOCK))


@pytest.mark.parametrize("hertz", [425, 450, 475])
def test_the_ringing_tone_is_ringing(hertz):
    assert is_ringing(tone(hertz))


def test_a_soft_ringing_tone_is_ringing():
    assert is_ringing(tone(450, level=300.0))


@pytest.mark.parametrize("since", [100, 200, 400])
def test_the_beginning_of_a_ringing_tone_is_ringing(since):
    assert is_ringing(tone(450, since=since))


@pytest.mark.parametrize("hertz", [200, 1000, 950, 1400, 1800])
def test_another_tone_is_not(hertz):
    assert not is_ringing(tone(hertz))


def test_the_very_edge_of_a_ringing_tone_is_not():
    assert not is_ringing(tone(450, since=700))


def test_speech_is_not():
    pcm = pcm_of("fraud_police", "caller")
    blocks = [pcm[at : at + 2 * BLOCK] for at in range(0, 16_000 * 5, 2 * BLOCK)]
    loud = [block for block in blocks if np.frombuffer(block, "<i2").astype(float).std() > 1000]
    assert not any(map(is_ringing, loud))
