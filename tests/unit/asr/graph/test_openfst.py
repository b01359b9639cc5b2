"""OpenFst's programs, where they are missing or fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from asr.errors import CompilingFailedError, ProgramsMissingError
from asr.graph.openfst import OpenFst

pytestmark = pytest.mark.unit

PROGRAMS = ("fstarcsort", "fstcompile", "fstcompose", "fstconvert", "fstprint", "fstrelabel", "fstsymbols")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in PROGRAMS:
        (folder / name).write_text("#!/bin/sh\necho loading >&2\necho $LD_LIBRARY_PATH >&2\nexit 3\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    folder = tmp_path / "lib/x86_64-linux-gnu/fst/22"
    folder.mkdir(parents=True)
    for name in ("ngram-fst.so", "olabel_lookahead-fst.so"):
        (folder / name).touch()
    return folder


@pytest.mark.usefixtures("plugins")
def test_a_missing_program_is_named_with_its_package(programs: Path) -> None:
    (programs / "fstcompose").unlink()
    with pytest.raises(ProgramsMissingError, match=r"without fstcompose;.*apt-get install libfst-tools"):
        OpenFst.find()


@pytest.mark.usefixtures("programs")
def test_missing_plugins_are_named_with_their_package() -> None:
    with pytest.raises(ProgramsMissingError, match=r"olabel_lookahead-fst\.so;.*libfst22-plugins-base"):
        OpenFst.find()


def test_programs_are_found_with_the_plugins_of_their_place(programs: Path, plugins: Path) -> None:
    assert OpenFst.find() == OpenFst(programs, plugins)


def test_a_program_that_fails_is_named_with_its_last_line(programs: Path, plugins: Path) -> None:
    with pytest.raises(CompilingFailedError, match=f"fstprint failed \\({plugins}"):
        OpenFst(programs, plugins).run("fstprint")
