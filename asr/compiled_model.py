"""A speech model with its graph compiled: made once, published beside the model, found by who opens that."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from asr.errors import ModelDamagedError
from asr.model_archive import MANIFEST, sha256_of
from asr.models import faults_of, is_compiled
from asr.progress import SilentProgress

COMPILED = "-compiled"
"""Behind a model's name: the link to its compiled model in force, whose own name goes on with a hash."""
_PARTS = ("am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
"""What the graph depends on."""
HASH_LENGTH = 12
"""Characters of a hash that are enough to tell by."""


@dataclass(frozen=True, slots=True)
class CompiledModel:
    """A model folder that holds HCLG.fst instead of HCLr.fst and Gr.fst."""

    folder: Path
    parts: str
    """SHA-256 of what it was made from."""
    graph: str
    """SHA-256 of HCLG.fst."""
    raised: str
    """The phrasebook whose words were raised and the weight; empty: none."""
    search: str
    """What its search was set to; empty: as published."""

    @classmethod
    def read(cls, folder: Path) -> CompiledModel:
        """Read a compiled model; ModelDamagedError where it is not whole."""
        if faults := faults_of(folder):
            raise ModelDamagedError(_damaged(folder, ", ".join(faults)))
        try:
            about = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
            return cls(folder, about["parts"], about["sha256"], about["raised"], about.get("search", ""))
        except (OSError, ValueError, KeyError):
            raise ModelDamagedError(_damaged(folder, f"{MANIFEST} cannot be read")) from None

    def __str__(self) -> str:
        grammar = f"raised: {self.raised}" if self.raised else "grammar as published"
        searched = f", {self.search}" if self.search else ""
        return f"compiled {self.graph[:HASH_LENGTH]}, {grammar}{searched}"


def find_compiled(model: Path) -> CompiledModel | None:
    """Return the compiled model that stands beside a model; None where there is none.

    Raises ModelDamagedError where it is not whole, or was made from another model than this.
    """
    link = link_of(model)
    if not link.is_symlink():
        return None
    compiled = CompiledModel.read(link.resolve())
    if compiled.parts != hash_of_parts(model):
        raise ModelDamagedError(_damaged(compiled.folder, f"made from another model than {model}"))
    return compiled


def graph_of(model: Path) -> str:
    """Return which graph decoding in this model folder runs on, for the log."""
    if not is_compiled(model):
        return "composed while decoding"
    try:
        return str(CompiledModel.read(model))
    except ModelDamagedError:
        return "compiled, as published"


def _damaged(folder: Path, why: str) -> str:
    return f"the compiled model {folder} is damaged ({why}); run `changmao models compile`"


def link_of(model: Path) -> Path:
    """Return the link to the compiled model in force."""
    return model.with_name(model.name + COMPILED)


def hash_of_parts(model: Path) -> str:
    """Return the SHA-256 of all that a model's graph depends on."""
    digest = hashlib.sha256()
    for name in _PARTS:
        digest.update(bytes.fromhex(sha256_of(model / name, SilentProgress())))
    return digest.hexdigest()
