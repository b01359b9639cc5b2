"""`python -m changmao`: the command line; how a supervisor starts its children."""

from __future__ import annotations

from changmao.cli import main

main()
