"""The number lists as this process looks numbers up in them: the file in force with the newest overlay."""

from __future__ import annotations

from threading import Lock

from api.errors import ListsUnavailableError
from api.list_files import ListFiles
from api.overlay_cache import EncodedOverlay, OverlayCache
from blacklists.list_file import ListFile
from blacklists.lists import NumberLists


class HeldLists:
    """Maps the file once and lays every new overlay on it; may block."""

    def __init__(self, files: ListFiles, overlays: OverlayCache) -> None:
        self._files = files
        self._overlays = overlays
        self._lock = Lock()
        self._file: ListFile | None = None
        self._lists: NumberLists | None = None
        self._laid: EncodedOverlay | None = None

    def current(self) -> NumberLists:
        """Return the lists that nodes are told to judge by; errors as `OverlayCache.encoded`."""
        encoded = self._overlays.encoded()
        with self._lock:
            if self._lists is None or self._laid is not encoded:
                self._file = self._mapped(encoded)
                self._lists, self._laid = NumberLists(self._file, encoded.overlay), encoded
            return self._lists

    def _mapped(self, encoded: EncodedOverlay) -> ListFile:
        if self._file is not None and self._file.ref == encoded.file:
            return self._file
        path = self._files.path_of(encoded.file.sha256)
        if path is None:
            raise ListsUnavailableError("the list file in force was replaced just now; ask again")
        # Whoever still looks numbers up in the old file keeps it mapped.
        return ListFile.open(path)
