"""The first start makes what a service needs; every later one leaves it alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.password import is_password
from api.token import token_hash
from changmao.commands.opening import open_store
from changmao.first_start import prepare
from changmao.secret_file import read_secret
from changmao.settings import Settings, load_settings
from store.accounts import find_account, find_node

pytestmark = pytest.mark.integration


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))
    return load_settings()


def node_of_token_file(settings: Settings) -> str | None:
    assert settings.node.token_file is not None
    with open_store(settings) as store:
        return find_node(store, token_hash(read_secret(settings.node.token_file) or ""))


def test_the_first_account_has_the_password_of_its_file(settings: Settings) -> None:
    file = prepare(settings)
    assert file is not None
    with open_store(settings) as store:
        account = find_account(store, "admin")
    assert account is not None
    assert is_password(read_secret(file) or "", account.password_hash)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_nodes_token_is_registered(settings: Settings) -> None:
    prepare(settings)
    assert node_of_token_file(settings) == "node1"


def test_a_second_start_changes_neither_password_nor_token(settings: Settings) -> None:
    def files() -> dict[str, str]:
        return {path.name: path.read_text() for path in settings.data_dir.glob("*[nd]") if path.is_file()}

    prepare(settings)
    before = files()
    assert set(before) == {"admin-password", "node1.token"}
    assert prepare(settings) is None
    assert files() == before


def test_a_new_database_learns_the_old_token(settings: Settings) -> None:
    prepare(settings)
    for file in settings.data_dir.glob("changmao.db*"):
        file.unlink()
    prepare(settings)
    assert node_of_token_file(settings) == "node1"
