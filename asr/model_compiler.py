"""Makes compiled models: the graph compiled, tried out, put in force beside the model as published."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from asr.compiled_model import HASH_LENGTH, CompiledModel, hash_of_parts, link_of
from asr.errors import CompilingFailedError, ModelDamagedError, NotCompilableError
from asr.graph.compilation import Compilation, Vocabulary, room_needed
from asr.graph.openfst import OpenFst
from asr.graph.room import Room
from asr.model_archive import MANIFEST, sha256_of, write_manifest
from asr.models import alone_in, check_model
from asr.progress import Progress, SilentProgress
from asr.search import Search
from asr.speech_model import SpeechModel

_GRAPHS = ("HCLr.fst", "Gr.fst")
_METHOD = b"1"
"""Raise it when graphs are compiled otherwise than before: what was compiled then is made anew."""


def compile_model(
    model: Path,
    vocabulary: Vocabulary | None = None,
    search: Search | None = None,
    progress: Progress | None = None,
    load: Callable[[Path], object] = SpeechModel,
) -> CompiledModel:
    """Compile a model's graph beside the model and put it in force; at once where that is there and whole.

    `search`: instead of the one that the model is published with. `load` tries the new one out, with
    ModelDamagedError where it cannot be used. What was in force is kept, as a running server may load it
    again; what is older is taken away. Raises NotCompilableError, ProgramsMissingError, NoRoomError,
    CompilingFailedError and GrammarError; what was in force stays so then.
    """
    check_model(model)
    if not all((model / "graph" / name).is_file() for name in _GRAPHS):
        raise NotCompilableError(f"{model} holds no {' and '.join(_GRAPHS)}; there is nothing to compile")
    try:
        with alone_in(model.parent, ".compile-lock"):
            parts = hash_of_parts(model)
            place = model.with_name(f"{link_of(model).name}-{_hash_of_order(parts, vocabulary, search)}")
            compiled = _kept(place)
            if compiled is None:
                with _fresh_graph(model, place.name, vocabulary, progress or SilentProgress()) as fresh:
                    _seal(fresh, parts, vocabulary, search)
                    _try(fresh, load)
                    shutil.rmtree(place, ignore_errors=True)
                    fresh.rename(place)
                compiled = CompiledModel.read(place)
            _put_in_force(model, compiled)
    except OSError as error:
        raise CompilingFailedError(
            f"{error.filename or model.parent} cannot be read or written ({error.strerror}); make room, "
            "or run it as the owner of the folder"
        ) from error
    return compiled


def _kept(place: Path) -> CompiledModel | None:
    try:
        return CompiledModel.read(place)
    except ModelDamagedError:
        return None


@contextmanager
def _fresh_graph(model: Path, name: str, vocabulary: Vocabulary | None, progress: Progress) -> Iterator[Path]:
    """Compile into a folder of this name that is gone afterwards, unless it was moved away."""
    tools = OpenFst.find()
    _sweep(model)
    Room.free_at(model.parent).check(room_needed(model / "graph"))
    progress.note(f"with OpenFst of {tools.programs} and its plugins of {tools.plugins}")
    with tempfile.TemporaryDirectory(dir=model.parent, prefix=_scratch_of(model)) as scratch:
        fresh = Path(scratch) / name
        shutil.copytree(model, fresh, ignore=shutil.ignore_patterns(*_GRAPHS, MANIFEST))
        Compilation(model / "graph", fresh / "graph", tools, progress).run(vocabulary)
        yield fresh


def _seal(fresh: Path, parts: str, vocabulary: Vocabulary | None, search: Search | None) -> None:
    """Finish and write down what a compiled model is, and see all on the disk before it bears its name."""
    if search is not None:
        search.write_into(fresh)
    raised = f"{vocabulary.name} by {vocabulary.weight:g}" if vocabulary else ""
    graph = sha256_of(fresh / "graph/HCLG.fst", SilentProgress())
    searched = str(search) if search else ""
    write_manifest(fresh, {"sha256": graph, "parts": parts, "raised": raised, "search": searched})
    # Lengths are looked at later, not contents: after a power cut a file of the right length may be empty.
    for path in fresh.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _try(fresh: Path, load: Callable[[Path], object]) -> None:
    try:
        load(fresh)
    except ModelDamagedError as error:
        raise CompilingFailedError(
            f"the compiled model cannot be loaded ({error}); what was in force stays, the model as published "
            "can be used"
        ) from error


def _put_in_force(model: Path, compiled: CompiledModel) -> None:
    """Point the link to it: in one step, so that whoever opens the model finds the old one or the new one."""
    link = link_of(model)
    before = link.resolve()
    if before == compiled.folder.resolve():
        return
    fresh = link.with_name(f"{_scratch_of(model)}link")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(compiled.folder.name)
    fresh.replace(link)
    for older in model.parent.glob(f"{link.name}-*"):
        if older.resolve() not in {before, compiled.folder.resolve()}:
            shutil.rmtree(older, ignore_errors=True)


def _sweep(model: Path) -> None:
    """Take away what a compilation left behind that was killed."""
    for left in model.parent.glob(f"{_scratch_of(model)}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)


def _scratch_of(model: Path) -> str:
    return f".compile-{model.name}-"


def _hash_of_order(parts: str, vocabulary: Vocabulary | None, search: Search | None) -> str:
    digest = hashlib.sha256(_METHOD + parts.encode())
    if vocabulary is not None:
        order = [vocabulary.name, vocabulary.weight, *vocabulary.wordings]
        digest.update(json.dumps(order, ensure_ascii=False).encode())
    if search is not None:
        digest.update(str(search).encode())
    return digest.hexdigest()[:HASH_LENGTH]
