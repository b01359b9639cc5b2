"""OpenFst's programs and the plugins by which they read a speech model's graphs."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from asr.errors import CompilingFailedError, ProgramsMissingError

_PROGRAMS = ("fstarcsort", "fstcompile", "fstcompose", "fstconvert", "fstprint", "fstrelabel", "fstsymbols")
_PLUGINS = ("ngram-fst.so", "olabel_lookahead-fst.so")
_FOLDERS = ("lib/fst", "lib/*/fst/*", "lib/fst/*", "lib/*/fst")
"""Where plugins are kept, below the folder that holds bin: Debian's is the second."""
_REMEDY = "install OpenFst (Debian 12: apt-get install libfst-tools libfst22-plugins-base)"
_LONGEST_S = 1800.0
_SEARCH_PATH = "LD_LIBRARY_PATH"


@dataclass(frozen=True, slots=True)
class OpenFst:
    """OpenFst as it is installed here."""

    programs: Path
    """The folder that holds them."""
    plugins: Path
    """The folder that holds the plugins."""

    @classmethod
    def find(cls) -> Self:
        """Return the programs of the path; ProgramsMissingError names what is not there."""
        found = {name: shutil.which(name) for name in _PROGRAMS}
        missing = [name for name, path in found.items() if path is None]
        if missing:
            raise ProgramsMissingError(f"a graph cannot be compiled without {', '.join(missing)}; {_REMEDY}")
        programs = Path(str(found[_PROGRAMS[0]])).parent
        for folder in _plugin_folders(programs.resolve().parent):
            if all((folder / plugin).is_file() for plugin in _PLUGINS):
                return cls(programs, folder)
        raise ProgramsMissingError(
            f"a graph cannot be compiled without OpenFst's plugins {', '.join(_PLUGINS)}; {_REMEDY}"
        )

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one program to its end; CompilingFailedError with its own last line, or after half an hour."""
        paths = filter(None, (str(self.plugins), os.environ.get(_SEARCH_PATH)))
        try:
            done = subprocess.run(  # noqa: S603 (our own words and files)
                [str(self.programs / program), *map(str, arguments)],
                env={**os.environ, _SEARCH_PATH: os.pathsep.join(paths)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=_LONGEST_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise CompilingFailedError(
                f"{program} was stopped after {_LONGEST_S:.0f} s; run it again on a machine with less to do"
            ) from None
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            reason = said[-1] if said else f"exit code {done.returncode}"
            raise CompilingFailedError(f"{program} failed ({reason}); what was in force stays so")


def _plugin_folders(prefix: Path) -> Iterator[Path]:
    for pattern in _FOLDERS:
        yield from sorted(prefix.glob(pattern))
