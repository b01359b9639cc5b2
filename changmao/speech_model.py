"""The speech model the settings name."""

from __future__ import annotations

from pathlib import Path

from asr.models import check_model, find_model
from changmao.settings import Settings


def model_of(settings: Settings) -> Path:
    """Return the folder of a whole model; ModelMissingError or ModelDamagedError says what to run."""
    if settings.asr.model_path is None:
        return find_model(settings.models)
    check_model(settings.asr.model_path)
    return settings.asr.model_path
