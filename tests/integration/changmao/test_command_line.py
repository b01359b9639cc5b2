"""The command line as a shell sees it: exit codes, streams, one clear line for an error."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fixtures.command_line import run_changmao

pytestmark = pytest.mark.integration

Run = Callable[..., subprocess.CompletedProcess[str]]
RESIDENTS = (
    "number,name,district,delivery_route,high_risk,consent_version,consent_at\n"
    "13800001111,王某某,青州,,1,v1,2026-01-31T09:30:00+08:00\n"
    "19900002222,李某某,青州,sip:2@127.0.0.1:5099,0,v1,2026-01-31T09:30:00+08:00\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def changmao(data: Path, tmp_path: Path) -> Run:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHANGMAO_")}
    environment = {**kept, "CHANGMAO_DATA_DIR": str(data), "CHANGMAO_MODELS": str(tmp_path / "models")}

    def run(
        *arguments: str, stdin: str = "", environment: dict[str, str] = environment, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return run_changmao(arguments, {**environment, **more}, stdin)

    return run


@pytest.fixture
def with_tables(changmao: Run) -> Run:
    assert changmao("db", "upgrade").returncode == 0
    return changmao


def test_the_help_names_every_command_but_the_children(changmao: Run) -> None:
    shown = changmao("--help").stdout
    assert all(name in shown for name in ("serve", "due-work", "node", "models", "doctor", "config"))
    assert "worker " not in shown.replace("workers", "")


@pytest.mark.parametrize("command", ["controller", "worker"])
def test_a_hidden_child_command_can_be_called(changmao: Run, command: str) -> None:
    assert changmao(command, "--help").returncode == 0


def test_an_unknown_command_is_a_usage_error(changmao: Run) -> None:
    assert changmao("bogus").returncode == 2


def test_a_bad_setting_is_one_line_on_standard_error_and_exit_code_2(changmao: Run) -> None:
    run = changmao("config", "show", CHANGMAO_API__PORT="many")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("changmao: setting api.port: ")
    assert len(run.stderr.splitlines()) == 1


def test_settings_as_json_are_json_and_nothing_else(changmao: Run, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[api]\nport = 8123\n")
    run = changmao("--config", str(config), "config", "show", "--json")
    assert json.loads(run.stdout)["api"]["port"] == 8123


def test_a_missing_model_is_told_with_what_to_run(changmao: Run) -> None:
    run = changmao("asr", "serve")
    assert run.returncode == 2
    assert "changmao models fetch" in run.stderr
    assert "[asr.model_missing]" in run.stderr


def test_a_file_that_is_not_the_model_is_refused(changmao: Run, tmp_path: Path) -> None:
    (tmp_path / "m.zip").write_bytes(b"no model")
    run = changmao("models", "fetch", "--from", str(tmp_path / "m.zip"))
    assert run.returncode == 1
    assert "[asr.model_wrong]" in run.stderr


def test_models_list_finds_a_missing_model(changmao: Run) -> None:
    run = changmao("models", "list", "--json")
    assert run.returncode == 1
    assert json.loads(run.stdout)[0]["state"] == "missing"


def test_serve_refuses_to_start_without_a_model_and_makes_nothing(changmao: Run, data: Path) -> None:
    assert changmao("serve").returncode == 2
    assert not data.exists()


def test_doctor_finds_what_is_missing_and_names_the_remedies(changmao: Run, data: Path) -> None:
    run = changmao("doctor", "--json")
    findings = {finding["what"]: finding for finding in json.loads(run.stdout)}
    assert run.returncode == 1
    assert "changmao models fetch" in findings["speech model"]["remedy"]
    assert "changmao db upgrade" in findings["database"]["remedy"]
    assert findings["pjsua2"]["detail"].startswith("PJSIP 2.")
    assert not data.exists()


def test_doctor_names_the_holder_of_a_taken_port(changmao: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        run = changmao("doctor", CHANGMAO_API__PORT=str(port))
    (line,) = [line for line in run.stdout.splitlines() if f":{port}" in line]
    assert line.startswith("problem")
    assert f"(pid {os.getpid()}) -> set api.port" in line


def test_doctor_is_content_with_migrated_tables(with_tables: Run) -> None:
    findings = {finding["what"]: finding for finding in json.loads(with_tables("doctor", "--json").stdout)}
    assert findings["database"]["ok"]


def test_a_taken_port_keeps_the_api_from_starting_by_name(with_tables: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        run = with_tables("api", CHANGMAO_API__PORT=str(held.getsockname()[1]))
    assert run.returncode == 2
    assert "[port_taken]" in run.stderr


def test_residents_imported_twice_are_enrolled_once(with_tables: Run, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(RESIDENTS, encoding="utf-8-sig")
    assert with_tables("residents", "import", str(file)).returncode == 0
    again = with_tables("residents", "import", str(file))
    assert (again.returncode, again.stdout) == (0, "2 residents imported\n"), again.stderr


def test_a_file_with_a_bad_line_is_refused_by_line(with_tables: Run, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(RESIDENTS.replace("19900002222", "12"))
    run = with_tables("residents", "import", str(file))
    assert run.returncode == 2
    assert "line 3: number" in run.stderr


def test_a_file_in_another_encoding_is_refused_with_the_remedy(with_tables: Run, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_bytes(RESIDENTS.encode("gb18030"))
    run = with_tables("residents", "import", str(file))
    assert run.returncode == 2
    assert "iconv -f GB18030" in run.stderr


def test_an_accounts_password_comes_from_standard_input(with_tables: Run) -> None:
    run = with_tables("accounts", "add", "wang", "--role", "lead", stdin="long enough\n")
    assert run.returncode == 0, run.stderr
    assert "long enough" not in run.stdout + run.stderr


def test_an_account_of_the_same_name_is_refused(with_tables: Run) -> None:
    with_tables("accounts", "add", "wang", stdin="long enough\n")
    assert with_tables("accounts", "add", "wang", stdin="long enough\n").returncode == 1


def test_a_short_password_is_refused(with_tables: Run) -> None:
    assert with_tables("accounts", "add", "wang", stdin="short\n").returncode == 2


@pytest.mark.usefixtures("with_tables")
def test_the_data_folder_is_closed_to_others(data: Path) -> None:
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
