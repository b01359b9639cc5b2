"""How wide a model searches while it decodes, as its folder's settings say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import BadInputError

_CONF = Path("conf") / "model.conf"
_FORM = re.compile(r"([0-9.]+),([0-9.]+),([0-9]+)")


@dataclass(frozen=True, slots=True)
class Search:
    """Kaldi's pruning while it decodes."""

    beam: float
    lattice_beam: float
    max_active: int

    @classmethod
    def read(cls, text: str) -> Search:
        """Read BEAM,LATTICE_BEAM,MAX_ACTIVE; BadInputError where it is none."""
        found = _FORM.fullmatch(text)
        try:
            if found is not None:
                return cls(float(found[1]), float(found[2]), int(found[3]))
        except ValueError:
            pass
        raise BadInputError(f"{text!r} is no search; write BEAM,LATTICE_BEAM,MAX_ACTIVE: 12,4,5000")

    def __str__(self) -> str:
        return f"beam {self.beam:g}, lattice beam {self.lattice_beam:g}, {self.max_active} active"

    def write_into(self, model: Path) -> None:
        """Put these settings in place of those of a model's folder."""
        conf = model / _CONF
        conf.write_text(self.written_into(conf.read_text(encoding="utf-8")), encoding="utf-8")

    def written_into(self, conf: str) -> str:
        """Return the text of a model.conf with these settings in place of its own."""
        ours = {"beam": self.beam, "lattice-beam": self.lattice_beam, "max-active": self.max_active}
        kept = [line for line in conf.splitlines() if _option(line) not in ours]
        return "\n".join([*kept, *(f"--{name}={value}" for name, value in ours.items())]) + "\n"


def _option(line: str) -> str | None:
    found = re.match(r"--([\w.-]+)=", line)
    return found[1] if found else None
