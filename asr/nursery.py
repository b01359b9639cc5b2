"""The process that has the model in memory and forks decoding processes, which share it with no copy."""

from __future__ import annotations

import os
import signal
import socket
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from asr.decoding_process import DecodingProcess
from asr.speech_model import SpeechModel
from contracts.errors import ChangmaoError

READY, FORK = b"+", b"f"


def main(arguments: list[str]) -> None:
    """Load the model of the folder named, then fork a process for every byte that comes over the socket.

    The arguments: the socket's number, the folder. The socket is told READY or the error; for each process
    it gets its number and this end of its line, or without one why there is none. All ends with the socket's
    other end.
    """
    control = socket.socket(fileno=int(arguments[0]))
    # A terminal sends Ctrl-C, and systemd SIGTERM, to every process: ours end with their sockets, after the
    # server has.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Ended children are nobody's to wait for: the server notices by their lines.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        model = SpeechModel(Path(arguments[1]))
    except ChangmaoError as error:
        control.sendall(str(error).encode())
        return
    control.sendall(READY)
    while control.recv(1) == FORK:
        _fork(model, control)


def _fork(model: SpeechModel, control: socket.socket) -> None:
    try:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            child = os.fork()
            if child == 0:
                control.close()
                theirs.close()
                _decode(model, ours)
            socket.send_fds(control, [str(child).encode()], [theirs.fileno()])
    except OSError as error:
        # Short of memory, a second model is the last that is wanted: this one stays for the next try.
        control.sendall(str(error).encode())


def _decode(model: SpeechModel, line: socket.socket) -> None:
    """Decode until the server closes the line, and end without the parent's clean-up."""
    code = 1
    try:
        with suppress(ConnectionError):  # the server was killed: nobody waits for the answer
            DecodingProcess(model).run(line)
        code = 0
    except Exception:  # noqa: BLE001 (the process ends with it)
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
