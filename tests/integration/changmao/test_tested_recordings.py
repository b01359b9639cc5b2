"""`changmao phrases test` on recordings: over a telephone line, through the real speech model."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.recordings import pcm_of

pytestmark = pytest.mark.integration


def explained(file: Path, model: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> dict:
    monkeypatch.setenv("CHANGMAO_ASR__MODEL_PATH", str(model))
    command = [sys.executable, "-m", "changmao", "phrases", "test", str(file), "--json", *options]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=150, check=True)
    return json.loads(ended.stdout)


def written(file: Path, *sides: bytes) -> Path:
    """Write the first half minute of each side, as one channel each."""
    channels = [np.frombuffer(side, dtype="<i2", count=30 * 8000) for side in sides]
    with wave.open(str(file), "wb") as sound:
        sound.setparams((len(sides), 2, 8000, 0, "NONE", ""))
        sound.writeframes(np.stack(channels, axis=1).tobytes())
    return file


def test_of_two_channels_the_left_is_the_caller(
    vosk_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sides = (pcm_of("fraud_police", "caller"), pcm_of("fraud_police", "resident"))
    found = explained(written(tmp_path / "call.wav", *sides), vosk_model, monkeypatch)
    by_caller = {
        m["scam_type"] for said in found["said"] if said["speaker"] == "caller" for m in said["found"]
    }
    assert "police" in by_caller
    assert {said["speaker"] for said in found["said"]} == {"caller", "resident"}


def test_one_channel_is_said_by_the_speaker_asked_for(
    vosk_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "call.wav", pcm_of("fraud_police", "resident"))
    found = explained(file, vosk_model, monkeypatch, "--speaker", "resident")
    assert {said["speaker"] for said in found["said"]} == {"resident"}
