"""Settings are shown without their secrets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from changmao.masked_settings import masked_settings
from changmao.settings import load_settings

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://changmao:hunter2@db/changmao",
        "postgresql://db/changmao?password=hunter2",
        "postgresql://db:port:hunter2@/",
    ],
)
def test_a_password_in_the_database_url_is_masked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGMAO_DATABASE_URL", url)
    shown = json.dumps(masked_settings(load_settings()))
    assert "hunter2" not in shown
    assert "***" in shown


def test_the_content_of_a_secret_file_is_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://changmao@hunter2/changmao")
    monkeypatch.setenv("CHANGMAO_DATABASE_URL_FILE", str(secret))
    assert "hunter2" not in json.dumps(masked_settings(load_settings()))


def test_what_is_in_force_is_shown_also_where_nobody_set_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("CHANGMAO_MODELS", raising=False)
    assert masked_settings(load_settings())["models_dir"] == str(tmp_path / "models")
