"""An api that gives a node its snapshot, overlay and list file, in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import copyfileobj


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve snapshot, overlay and list files of a folder on loopback; yields the address."""
    spawn = get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(folder, theirs), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(folder: Path, parent: Connection) -> None:
    class Handler(BaseHTTPRequestHandler):
        """Answers a node's requests."""

        def do_GET(self) -> None:
            """Send a file; 304 for a version that is known."""
            if self.path.startswith("/node/lists/"):
                self._send_file(folder / f"{Path(self.path).name}.lists")
                return
            body = (folder / f"{Path(self.path).name}.json").read_bytes()
            if self.headers.get("If-None-Match") == f'"{json.loads(body)["version"]}"':
                self.send_response(304)
                self.end_headers()
                return
            self._begin(len(body))
            self.wfile.write(body)

        def log_message(self, *_about: object) -> None:
            """Say nothing."""

        def _send_file(self, path: Path) -> None:
            self._begin(path.stat().st_size)
            with path.open("rb") as file:
                copyfileobj(file, self.wfile, 1 << 18)

        def _begin(self, size: int) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(size))
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    parent.send(server.server_address[1])
    server.serve_forever()
