"""What all tests share: the folder of the checkout on the path, and the speech model."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

# Tests import their fixtures as tests.fixtures.*, however pytest was started.
sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.fixtures.model import ready_model


@pytest.fixture(scope="session")
def vosk_model() -> Path:
    """The folder of the small Mandarin model; fetched where it is not there yet."""
    return ready_model()
