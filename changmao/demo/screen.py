"""The live transcript on a terminal: who says what, with the phrases that matched."""

from __future__ import annotations

from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from contracts.evidence import Speaker
from contracts.node_api import LiveLine
from contracts.taxonomy import RiskLevel

_NAMES = {Speaker.CALLER: "来电", Speaker.RESIDENT: "居民"}
_STYLES = {Speaker.CALLER: "cyan", Speaker.RESIDENT: "green"}
_LEVELS = {
    RiskLevel.NONE: "",
    RiskLevel.LOW: "yellow",
    RiskLevel.MEDIUM: "bold dark_orange",
    RiskLevel.HIGH: "bold red",
}


class Screen:
    """Finals scroll by; what is being said stands below them in grey."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._partials: dict[Speaker, Text] = {}
        self._level = RiskLevel.NONE
        self._live = Live(console=console, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def say(self, message: str) -> None:
        """Print a remark between the lines."""
        self._live.console.print(message, markup=False, style="bold")

    def show(self, line: LiveLine) -> None:
        """Show one line of live text."""
        text = _text(line)
        if line.final:
            self._partials.pop(line.speaker, None)
            self._live.console.print(text)
        else:
            text.stylize("dim")
            self._partials[line.speaker] = text
        if line.level > self._level:
            self.say(f"   风险等级升至 {line.level.word}（{line.risk:+.1f}）")
        self._level = line.level
        self._live.update(Group(*self._partials.values()))


def _text(line: LiveLine) -> Text:
    said = Text(line.text)
    for evidence in line.evidence:
        said.stylize("bold white on red", *evidence.span)
    head = Text(f"{_NAMES[line.speaker]} ", style=_STYLES[line.speaker])
    matches = "、".join(dict.fromkeys(evidence.wording for evidence in line.evidence))
    tail = Text(f"  ← {matches}", style="red") if matches else Text()
    level = Text(f"  {line.risk:+.1f}", style=_LEVELS[line.level] or "dim")
    return Text.assemble(head, said, tail, level)
