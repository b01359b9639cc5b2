"""The speech model the settings name."""

from __future__ import annotations

from pathlib import Path

from asr.compiled_model import find_compiled
from asr.models import check_model, find_model
from changmao.settings import Settings


def model_of(settings: Settings) -> Path:
    """Return the folder of a whole model; ModelMissingError or ModelDamagedError says what to run.

    A folder that is named is the one; else it is the small Mandarin model, compiled where it has been.
    """
    if settings.asr.model_path is not None:
        check_model(settings.asr.model_path)
        return settings.asr.model_path
    model = find_model(settings.models)
    compiled = find_compiled(model)
    return model if compiled is None else compiled.folder
