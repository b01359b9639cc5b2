"""The shipped phrasebook, made ready once."""

from __future__ import annotations

import pytest

from screening.matcher import matcher_of
from screening.phrasebook import Phrasebook


@pytest.fixture(scope="session")
def shipped():
    return Phrasebook.shipped()


@pytest.fixture(scope="session")
def shipped_matcher(shipped):
    return matcher_of(shipped)
