"""The zip of a speech model: checked against its specification, unpacked whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from asr.errors import WrongModelError
from asr.model_spec import ModelSpec
from asr.progress import Progress

MANIFEST = "changmao-model.json"
"""Written into an unpacked model: the zip's hash, and the length of every file in bytes."""

_BLOCK = 1 << 20
_MOST_UNPACKED = 8 << 30
"""Bytes; far above the biggest published model, far below what fills a server's disk."""


def sha256_of(path: Path, progress: Progress) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
            progress.advance(len(block))
    return digest.hexdigest()


def verify_zip(path: Path, spec: ModelSpec, source: str, progress: Progress) -> None:
    """Check size and hash of a zip; WrongModelError names the source and both values."""
    size = path.stat().st_size
    if size != spec.size:
        raise WrongModelError(
            f"{source} gave a file of {size} bytes for {spec.name}, expected {spec.size}; refused. "
            "Name a good copy of the zip to `changmao models fetch`."
        )
    progress.step(f"checking {spec.name}", size)
    found = sha256_of(path, progress)
    if found != spec.sha256:
        raise WrongModelError(
            f"{source} gave a wrong file for {spec.name}: sha256 {found}, expected {spec.sha256}; refused. "
            "Name a good copy of the zip to `changmao models fetch`."
        )


def unpack_zip(path: Path, spec: ModelSpec, directory: Path, progress: Progress) -> Path:
    """Unpack a checked zip to `directory/spec.name`, replacing what lies there, and return that folder.

    The folder appears by one rename when all of it is on the disk. WrongModelError where the zip holds
    something else than one folder of that name.
    """
    with tempfile.TemporaryDirectory(dir=directory, prefix=".unpack-") as scratch, _opened(path) as archive:
        members = list(_members(archive, spec))
        progress.step(f"unpacking {spec.name}", sum(member.file_size for member in members))
        for member in members:
            _write(archive, member, Path(scratch), progress)
        fresh = Path(scratch) / spec.name
        fresh.mkdir(exist_ok=True)
        write_manifest(fresh, {"sha256": spec.sha256})
        return _put_in_place(fresh, directory / spec.name, Path(scratch) / "replaced")


def write_manifest(folder: Path, about: Mapping[str, str]) -> None:
    """Write down what a folder's model is, and the length of every file in it."""
    files = {
        str(path.relative_to(folder)): path.stat().st_size for path in folder.rglob("*") if path.is_file()
    }
    (folder / MANIFEST).write_text(json.dumps({**about, "files": files}, indent=1))


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise WrongModelError(f"{path.name} is no zip file: {error}") from error


def _members(archive: zipfile.ZipFile, spec: ModelSpec) -> Iterator[zipfile.ZipInfo]:
    if sum(member.file_size for member in archive.infolist()) > _MOST_UNPACKED:
        raise WrongModelError(f"the zip of {spec.name} unpacks to more than {_MOST_UNPACKED} bytes; refused")
    for member in archive.infolist():
        parts = PurePosixPath(member.filename).parts
        linked = stat.S_ISLNK(member.external_attr >> 16)
        if not parts or parts[0] != spec.name or ".." in parts or "\\" in member.filename or linked:
            raise WrongModelError(
                f"the zip of {spec.name} holds {member.filename!r}, no file inside that folder; refused"
            )
        if not member.is_dir():
            yield member


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, into: Path, progress: Progress) -> None:
    target = into / member.filename
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, _BLOCK)
    progress.advance(member.file_size)


def _put_in_place(fresh: Path, place: Path, aside: Path) -> Path:
    if place.exists():
        place.rename(aside)
    return fresh.rename(place)
