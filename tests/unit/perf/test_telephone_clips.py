"""Clips made calls: at a telephone's rate, as loud and long as they were, with what was said."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from asr.bench.recorded_call import calls_of
from asr.wav import RATE, read_wav
from contracts.errors import BadInputError
from screening.evaluation.dialogue import read_dialogue
from tests.fixtures.sound_files import written
from tests.perf.telephone_clips import write_calls

pytestmark = pytest.mark.unit

TONE_HZ = 500


def _write_tone(path: Path, rate: int) -> None:
    times = np.arange(rate) / rate
    written(path, (10_000 * np.sin(2 * np.pi * TONE_HZ * times)).astype("<i2").tobytes(), rate)


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for rate in (16_000, 44_100):
        _write_tone(folder / f"tone{rate}.wav", rate)
    rows = "".join(f"tone{rate}.wav\t设定{rate}度\tours\n" for rate in (16_000, 44_100))
    (folder / "manifest.tsv").write_text(f"path\ttranscript\torigin\n{rows}", encoding="utf-8")
    return folder


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_a_clip_is_the_same_sound_at_a_telephones_rate(clips: Path, tmp_path: Path, rate: int) -> None:
    assert write_calls(clips, tmp_path / "calls") == 2
    (sound,) = read_wav((tmp_path / "calls" / f"tone{rate}.caller.wav").read_bytes())
    samples = np.frombuffer(sound, dtype="<i2")
    assert not samples[:RATE].any()
    assert not samples[-RATE:].any()
    tone = samples[RATE:-RATE].astype(float)
    assert len(tone) == RATE
    strength = np.abs(np.fft.rfft(tone)) / (RATE / 2)
    assert int(strength.argmax()) == TONE_HZ
    assert strength.max() == pytest.approx(10_000, rel=0.02)


def test_calls_of_clips_can_be_benched_and_evaluated(clips: Path, tmp_path: Path) -> None:
    write_calls(clips, tmp_path / "calls")
    assert [call.seconds for call in calls_of(tmp_path / "calls")] == [3.0, 3.0]
    (told,) = read_dialogue((tmp_path / "calls" / "tone16000.json").read_bytes(), "it").turns
    assert (told.text, told.start_ms) == ("设定16000度", 1000)


def test_nothing_is_written_into_the_project(clips: Path) -> None:
    with pytest.raises(BadInputError, match="inside the project"):
        write_calls(clips, Path(__file__).parent / "calls")


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"manifest\.tsv"):
        write_calls(tmp_path, tmp_path / "calls")


def test_stereo_is_refused_by_name(clips: Path, tmp_path: Path) -> None:
    with wave.open(str(clips / "tone16000.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
    with pytest.raises(BadInputError, match=r"tone16000\.wav is not mono"):
        write_calls(clips, tmp_path / "calls")
