"""Speech models on the disk: found, checked and fetched."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from asr.errors import ModelDamagedError, ModelMissingError, ModelUnavailableError, SourceSilentError
from asr.model_archive import MANIFEST, unpack_zip, verify_zip
from asr.model_sources import FileSource, ModelSource, part_of, sources_of
from asr.model_spec import SMALL_CN, ModelSpec
from asr.progress import Progress, SilentProgress

_REMEDY = "run `changmao models fetch`"
_ALWAYS = ("am/final.mdl", "conf/mfcc.conf", "conf/model.conf", "graph/phones/word_boundary.int")
_LOOKAHEAD = ("graph/HCLr.fst", "graph/Gr.fst", "graph/disambig_tid.int")
"""A graph composed while decoding, as published."""
_COMPILED = ("graph/HCLG.fst", "graph/words.txt")
"""A graph compiled beforehand."""
_IVECTOR = ("final.ie", "final.mat", "final.dubm", "splice.conf", "online_cmvn.conf", "global_cmvn.stats")
_EMPTY_AS_PUBLISHED = "ivector/online_cmvn.conf"


def find_model(directory: Path, spec: ModelSpec = SMALL_CN) -> Path:
    """Return the folder of a model inside `directory`; ModelMissingError or ModelDamagedError."""
    folder = directory / spec.name
    if not folder.is_dir():
        raise ModelMissingError(f"there is no speech model {spec.name} in {directory}; {_REMEDY}")
    check_model(folder)
    return folder


def check_model(folder: Path) -> None:
    """Check that a folder holds all a Vosk model must have, and nothing shorter than it was unpacked.

    Raises ModelMissingError where there is no such folder, ModelDamagedError naming the files.
    """
    if not folder.is_dir():
        raise ModelMissingError(f"there is no speech model at {folder}; {_REMEDY}")
    if faults := faults_of(folder):
        raise ModelDamagedError(
            f"the speech model {folder} is damaged ({', '.join(faults)}); {remedy_for(folder)}"
        )


def remedy_for(folder: Path) -> str:
    """Return what to do about a damaged model."""
    return f"delete {folder} and run `changmao models {'compile' if is_compiled(folder) else 'fetch'}`"


def is_compiled(folder: Path) -> bool:
    """Tell whether a model's graph is compiled, not composed while decoding."""
    return (folder / "graph/HCLG.fst").exists()


def faults_of(folder: Path) -> list[str]:
    """Return which files of a model are missing, empty or not as long as they were; none: it is whole."""
    return sorted({*_lacking(folder), *_altered(folder)})


def fetch_model(
    directory: Path,
    source: Path | None = None,
    progress: Progress | None = None,
    spec: ModelSpec = SMALL_CN,
) -> Path:
    """Put a model into `directory` and return its folder; at once where it is there and whole.

    `source` is a zip the user has; without it the public sources are tried in their order until one
    answers. Raises WrongModelError (an answer of another size or hash; nothing is unpacked),
    ModelUnavailableError (no source answered) and BadInputError (`source` is no file).
    """
    watcher = progress or SilentProgress()
    directory.mkdir(parents=True, exist_ok=True)
    with alone_in(directory, ".lock"):
        try:
            return find_model(directory, spec)
        except (ModelMissingError, ModelDamagedError):
            if source is None:
                return _from_first(sources_of(spec), directory, spec, watcher)
            return _from(FileSource(source), directory, spec, watcher)


def _from_first(sources: Sequence[ModelSource], directory: Path, spec: ModelSpec, progress: Progress) -> Path:
    reasons = []
    for source in sources:
        try:
            folder = _from(source, directory, spec, progress)
        except SourceSilentError as error:
            progress.note(str(error))
            reasons.append(str(error))
        else:
            part_of(spec, directory).unlink(missing_ok=True)
            return folder
    raise ModelUnavailableError(
        f"no source gave {spec.name}: {'; '.join(reasons)}. "
        "Download the zip where there is a network and name it to `changmao models fetch`."
    )


def _from(source: ModelSource, directory: Path, spec: ModelSpec, progress: Progress) -> Path:
    with source.zip_of(spec, directory, progress) as archive:
        verify_zip(archive, spec, source.name, progress)
        folder = unpack_zip(archive, spec, directory, progress)
    check_model(folder)
    return folder


@contextmanager
def alone_in(directory: Path, lock: str) -> Iterator[None]:
    """Keep a second one waiting that would write the same files. The lock dies with its process."""
    with (directory / lock).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lacking(folder: Path) -> Iterator[str]:
    needed = [*_ALWAYS, *(_COMPILED if is_compiled(folder) else _LOOKAHEAD)]
    if (folder / "ivector").is_dir():
        needed += [f"ivector/{name}" for name in _IVECTOR]
    for name in needed:
        if not (folder / name).is_file():
            yield f"{name} is missing"
        elif name != _EMPTY_AS_PUBLISHED and not (folder / name).stat().st_size:
            yield f"{name} is empty"


def _altered(folder: Path) -> Iterator[str]:
    """Compare lengths with the manifest; a model put there by hand has none."""
    if not (folder / MANIFEST).exists():
        return
    try:
        files: dict[str, int] = json.loads((folder / MANIFEST).read_text())["files"]
    except (ValueError, KeyError):
        yield f"{MANIFEST} cannot be read"
        return
    for name, size in files.items():
        path = folder / name
        if not path.is_file():
            yield f"{name} is missing"
        elif path.stat().st_size != size:
            yield f"{name} has {path.stat().st_size} bytes instead of {size}"
