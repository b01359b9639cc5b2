"""A telephony worker's process holds nothing that could keep the interpreter from its bridge clock."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.integration

LOADED = "import sys, changmao.cli, changmao.commands.worker; print(*sys.modules)"
UNWANTED = {"fastapi", "httpx", "sqlalchemy", "uvicorn", "vosk", "screening.matcher"}


def test_a_worker_loads_no_web_framework_database_or_recogniser() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert UNWANTED & set(loaded.stdout.split()) == set()
