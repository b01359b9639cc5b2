"""The compiled number lists as files: the one in force, built anew beside it when it falls behind."""

from __future__ import annotations

import fcntl
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import RLock, Thread
from time import monotonic
from weakref import finalize

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from api.errors import ListsUnavailableError
from blacklists.list_file import ListFile
from contracts.errors import ChangmaoError
from contracts.node_api import ListFileRef
from contracts.validation import problem_of
from store.file_age import FileAge, FileMark

CURRENT = "current.json"
LOCK = "lock"
KEPT = 2
"""Files kept: the one in force, and the one before it for nodes that are still fetching."""
MOST_HOURS = 24.0
"""A file older than this is built anew once calls came in: they tell who is familiar to whom."""
FIRST_PAUSE_S = 5.0
LAST_PAUSE_S = 300.0
_SHA256 = re.compile(r"[0-9a-f]{64}")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ListSource:
    """What a database tells about its number lists; every call blocks."""

    now: Callable[[], datetime]
    compile: Callable[[Path], ListFileRef]
    """Write a list file into a folder, named by its hash."""
    mark: Callable[[int, datetime], FileMark]
    age: Callable[[FileMark], FileAge]


class MadeFile(BaseModel):
    """The list file in force, as written beside it for every api process that shares the folder."""

    model_config = ConfigDict(frozen=True)

    database: str
    """Name of the database it was made from."""
    ref: ListFileRef
    released_at: datetime | None
    made_at: datetime

    @property
    def mark(self) -> FileMark:
        """What its age is told by."""
        return FileMark(self.database, self.ref.release, self.released_at, self.made_at)


class ListFiles:
    """Holds the newest list file of a folder; methods read files and rows, and belong on a thread.

    None but `wait` waits for a file that is being built. The api processes of one service share the folder,
    on whichever machines they run, so that all of them name the same file to the nodes.
    """

    def __init__(self, source: ListSource, folder: Path | None, most_changes: int) -> None:
        self._source = source
        self._folder = folder or _own_folder(self)
        self._most_changes = most_changes
        self._lock = RLock()
        self._held: MadeFile | None = None
        self._seen = 0
        """Change of `current.json`, ns, as of the last look."""
        self._told_of = 0
        """Change of the `current.json`, ns, that was told to be damaged."""
        self._building: Thread | None = None
        self._problem: str | None = None
        self._pause, self._not_before = FIRST_PAUSE_S, 0.0

    @property
    def state(self) -> str:
        """How the lists are, for readiness: ok, degraded or failing. Does not block."""
        if self._problem is not None:
            return f"{'degraded' if self._held else 'failing'}: {self._problem}"
        return "ok" if self._held else "degraded: being compiled"

    def current(self) -> ListFileRef:
        """Return the newest file; where there is none, one is being built from then on.

        Raises:
            ListsUnavailableError: there is none yet; says what keeps it from being built, if anything does.
        """
        return self._newest().ref

    def path_of(self, sha256: str) -> Path | None:
        """Return the file with a hash; None where it is not here, or no more."""
        path = self._folder / f"{sha256}.lists"
        return path if _SHA256.fullmatch(sha256) and path.is_file() else None

    def keep_up(self) -> bool:
        """Tell whether an overlay can carry what has changed since the file; else begin to build a new one.

        A file that is merely old is built anew as well, and stays good until then. Errors as `current`.
        """
        age = self._source.age(self._newest().mark)
        if self._is_old(age):
            self.begin()
        return self._serves(age)

    def begin(self) -> None:
        """Build in the background, one at a time, and after a failure not before its pause is over."""
        with self._lock:
            if (self._building is None or not self._building.is_alive()) and monotonic() >= self._not_before:
                # A daemon: the process may end in the middle of it, only a whole file is renamed into place.
                self._building = Thread(target=self._renew, name="list file", daemon=True)
                self._building.start()

    def wait(self, seconds: float) -> None:
        """Wait until what is being built is done, or for so long."""
        if self._building is not None:
            self._building.join(seconds)

    def _newest(self) -> MadeFile:
        with self._lock:
            changed_at = self._changed_at()
            if changed_at != self._seen:
                self._held, self._seen = self._found() or self._held, changed_at
            if self._held is None:
                self.begin()
                raise ListsUnavailableError(
                    self._problem or "number lists are being compiled; ask again in a few seconds"
                )
            return self._held

    def _renew(self) -> None:
        """Build, unless another process did while we waited for it."""
        try:
            with self._alone():
                found = self._found()
                if found is not None:
                    self._hold(found)
                if found is None or self._is_old(self._source.age(found.mark)):
                    self._hold(self._compile())
        except (ChangmaoError, OSError) as error:
            self._tell_of_failure(error)
        else:
            self._problem, self._pause, self._not_before = None, FIRST_PAUSE_S, 0.0

    def _hold(self, made: MadeFile) -> None:
        """Put what is named in the folder in force here; called by the only builder."""
        with self._lock:
            self._held, self._seen = made, self._changed_at()

    def _compile(self) -> MadeFile:
        began, made_at = monotonic(), self._source.now()
        ref = self._source.compile(self._folder)
        mark = self._source.mark(ref.release, made_at)
        made = MadeFile(database=mark.database, ref=ref, released_at=mark.released_at, made_at=made_at)
        beside = self._folder / f"{CURRENT}.new"
        beside.write_text(made.model_dump_json(), encoding="utf-8")
        beside.replace(self._folder / CURRENT)
        self._tidy(ref)
        seconds = round(monotonic() - began, 1)
        _log.info("list_file_built", release=ref.release, bytes=ref.size, seconds=seconds)
        return made

    def _tell_of_failure(self, error: ChangmaoError | OSError) -> None:
        cause = str(error) if isinstance(error, ChangmaoError) else error.strerror or type(error).__name__
        problem = (
            f"number lists cannot be compiled in {self._folder}: {cause};"
            f" the last good file stays in force, next try in {self._pause:.0f} s"
        )
        _log.error("list_file_failed", error=problem)
        self._problem, self._not_before = problem, monotonic() + self._pause
        self._pause = min(self._pause * 2, LAST_PAUSE_S)

    def _found(self) -> MadeFile | None:
        """Return the file that is in the folder, if it is whole and of this database, however far behind.

        What an overlay carries on a file that is too far behind is better than no lists at all.
        """
        made = self._whole() if self._changed_at() else None
        return made if made and self._source.age(made.mark).ours else None

    def _whole(self) -> MadeFile | None:
        path = self._folder / CURRENT
        try:
            made = MadeFile.model_validate_json(path.read_bytes())
            path = self._folder / f"{made.ref.sha256}.lists"
            ListFile.open(path).close()
        except (OSError, ValidationError, ChangmaoError) as error:
            self._tell_of_damage(path, error)
            return None
        return made

    def _tell_of_damage(self, path: Path, error: OSError | ValidationError | ChangmaoError) -> None:
        """Log what is wrong with a file, once for each that was written."""
        changed_at = self._changed_at()
        if changed_at == self._told_of:
            return
        self._told_of = changed_at
        reason = problem_of(error) if isinstance(error, ValidationError) else str(error)
        _log.error("list_file_damaged", file=str(path), error=reason, remedy="it is built anew")

    def _changed_at(self) -> int:
        try:
            return (self._folder / CURRENT).stat().st_mtime_ns
        except OSError:
            return 0

    def _serves(self, age: FileAge) -> bool:
        return age.ours and age.changes <= self._most_changes

    def _is_old(self, age: FileAge) -> bool:
        return not self._serves(age) or (age.hours > MOST_HOURS and age.called)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / LOCK).open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _tidy(self, ref: ListFileRef) -> None:
        """Remove older files, and what a builder that was killed has left; called by the only builder."""
        files = sorted(self._folder.glob("*.lists"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        whole = [path for path in files if _SHA256.fullmatch(path.stem)]
        kept = {self._folder / f"{ref.sha256}.lists", *whole[:KEPT]}
        for path in {*files, *self._folder.glob(".*.lists.*")} - kept:
            path.unlink()


def _own_folder(owner: ListFiles) -> Path:
    folder = tempfile.mkdtemp(prefix="changmao-lists-")
    finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
