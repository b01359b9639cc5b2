"""Where a setting comes from, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path

import pytest

from changmao.settings import SettingError, load_settings

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CHANGMAO_CONFIG", "CHANGMAO_MODELS", "CHANGMAO_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "changmao.toml"


def test_the_environment_goes_before_the_file(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[api]\nport = 8100\nsession_hours = 3\n")
    monkeypatch.setenv("CHANGMAO_API__PORT", "8200")
    settings = load_settings(config)
    assert (settings.api.port, settings.api.session_hours) == (8200, 3)


def test_the_file_is_also_found_by_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("[asr]\nport = 2701\n")
    monkeypatch.setenv("CHANGMAO_CONFIG", str(config))
    assert load_settings().asr.port == 2701


def test_the_data_folder_holds_database_models_and_node_unless_set(tmp_path: Path) -> None:
    data, settings = tmp_path / "data", load_settings()
    assert settings.database == f"sqlite:///{data / 'changmao.db'}"
    assert (settings.models, settings.node.folder) == (data / "models", data / "node1")
    assert settings.node.token_file == data / "node1.token"


def test_models_are_where_changmao_models_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHANGMAO_MODELS", str(tmp_path / "m"))
    assert load_settings().models == tmp_path / "m"


def test_the_node_finds_this_machines_api_and_speech_server(config: Path) -> None:
    config.write_text("[api]\nport = 8100\n[asr]\nport = 2701\n")
    node = load_settings(config).node
    assert (node.api_url, node.asr_urls) == ("http://127.0.0.1:8100", ("ws://127.0.0.1:2701",))


def test_a_node_told_where_the_api_is_goes_there(config: Path) -> None:
    config.write_text('[api]\nport = 8100\n[node]\napi_url = "https://api.example"\n')
    assert load_settings(config).node.api_url == "https://api.example"


def test_the_database_url_can_come_from_a_file(config: Path, tmp_path: Path) -> None:
    secret = tmp_path / "url"
    secret.write_text("postgresql://changmao:pass@db/changmao\n")
    config.write_text(f'database_url_file = "{secret}"\n')
    assert load_settings(config).database == "postgresql://changmao:pass@db/changmao"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[api]\nport = 99999\n",
            r"setting api\.port: .*65535; correct it in .*toml or in CHANGMAO_API__PORT",
        ),
        ("[api]\nprot = 1\n", r"setting api\.prot: Extra inputs are not permitted"),
        ("[apo]\nport = 1\n", r"setting apo: Extra inputs are not permitted"),
        ("[api\n", r"changmao\.toml: not TOML \(.*line 1"),
        ('log_level = "loud"\n', r"setting log_level: .*'debug', 'info'"),
    ],
)
def test_a_bad_setting_is_told_in_one_line(config: Path, text: str, says: str) -> None:
    config.write_text(text)
    with pytest.raises(SettingError, match=says) as caught:
        load_settings(config)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told_with_its_remedy(config: Path) -> None:
    with pytest.raises(SettingError, match=r"cannot be read \(No such file or directory\); correct --config"):
        load_settings(config)


def test_a_bad_value_is_not_repeated_because_it_may_be_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CHANGMAO_API__PORT", "hunter2")
    with pytest.raises(SettingError) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("variables", "alone"),
    [
        ({}, True),
        ({"DATABASE_URL": "postgresql://db/changmao"}, False),
        ({"DATABASE_URL_FILE": "/run/secrets/url"}, False),
        ({"SINGLE_ADMIN": "false"}, False),
        ({"DATABASE_URL": "postgresql://db/changmao", "SINGLE_ADMIN": "true"}, True),
    ],
)
def test_one_admin_acts_alone_where_sqlite_is_used_unless_set(
    variables: dict[str, str], *, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"CHANGMAO_{name}", value)
    settings = load_settings()
    assert (settings.admin_alone, settings.api.single_admin) == (alone, alone)


def test_list_files_are_kept_in_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHANGMAO_DATA_DIR", str(tmp_path))
    assert load_settings().api.folder == tmp_path / "lists"


def test_another_folder_for_list_files_is_kept_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHANGMAO_API__FOLDER", str(tmp_path / "shared"))
    assert load_settings().api.folder == tmp_path / "shared"


def test_the_api_tries_recordings_on_this_machines_speech_server(config: Path) -> None:
    config.write_text("[asr]\nport = 2701\n")
    assert load_settings(config).api.speech_url == "ws://127.0.0.1:2701"


def test_a_speech_server_for_recordings_that_is_set_stays(config: Path) -> None:
    config.write_text('[api]\nspeech_url = ""\n')
    assert load_settings(config).api.speech_url == ""
