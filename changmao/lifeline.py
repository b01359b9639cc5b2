"""The tie between a supervisor and its child: whoever is started through this file dies with its parent.

Run as a file (`python -I -S lifeline.py PARENT ARGV...`), before anything else of the child: it needs the
standard library alone, and costs one interpreter start of some 15 ms.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_PDEATHSIG = 1
"""prctl(2)"""
_GLANCE_S = 0.2
"""How often a system without prctl is asked for the parent, s."""


def tied(argv: tuple[str, ...], parent: int) -> tuple[str, ...]:
    """Return the command that runs `argv` tied to the life of the process `parent`."""
    return (sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(parent), *argv)


def become(argv: list[str], parent: int) -> None:
    """Turn into `argv`, to be killed by the kernel when the thread that started us ends (Linux).

    The setting survives exec. SIGKILL, because a child that hangs must go too; what must last is stored.
    """
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        sys.exit(128 + signal.SIGKILL)
    os.execvp(argv[0], argv)  # noqa: S606 (no shell is wanted)


def watch(argv: list[str], parent: int) -> int:
    """Run `argv` as our own child, pass SIGTERM on, kill it when `parent` is gone; return its exit code."""
    child = subprocess.Popen(argv)  # noqa: S603 (from our own ProcessSpec)
    signal.signal(signal.SIGTERM, lambda *_: child.terminate())
    while child.poll() is None:
        if os.getppid() != parent:
            child.kill()
        time.sleep(_GLANCE_S)
    return child.returncode


def main() -> None:
    """Run the command line after our own arguments."""
    parent, argv = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        become(argv, parent)
    code = watch(argv, parent)
    if code < 0:  # so that the supervisor reads the same signal
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


if __name__ == "__main__":
    main()
