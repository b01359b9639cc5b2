"""The summary table of a demonstration."""

from __future__ import annotations

from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table

from changmao.demo.account import Step
from changmao.demo.scenario import Scenario


def summary_of(scenario: Scenario, steps: list[Step], figures: dict[str, Any]) -> RenderableType:
    """Return the steps with their times and latencies, then the figures."""
    table = Table(title=f"{scenario.name}", title_justify="left")
    for name, justify in (("step", "left"), ("", "center"), ("time (UTC)", "left"), ("after, ms", "right")):
        table.add_column(name, justify=justify)  # type: ignore[arg-type]
    table.add_column("detail")
    for step in steps:
        at = step.at.strftime("%H:%M:%S.%f")[:-3] if step.at else ""
        latency = "" if step.latency_ms is None else f"{step.latency_ms:.0f}"
        mark = "[green]✓[/]" if step.happened else "[red]✗[/]"
        table.add_row(step.name, mark, at, latency, step.detail)
    measured = Table(show_header=False, box=None)
    for name, value in figures.items():
        if value not in (None, []):
            measured.add_row(name, str(value))
    return Group(table, measured)
