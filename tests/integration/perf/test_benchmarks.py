"""The benchmarks run, small, and print what a machine can read; how fast they are is theirs to tell."""

from __future__ import annotations

import json

import pytest

from tests.perf.__main__ import main
from tests.perf.measuring import benchmarks

pytestmark = pytest.mark.integration

_KEYS = {"name", "sizes", "figures", "ratios", "budgets", "details", "ok", "failed"}
_SMALL = ["--entries", "2000", "--rows", "500", "--lookups", "200", "--seconds", "1"]


@pytest.mark.parametrize("name", benchmarks())
def test_a_benchmark_tells_sizes_figures_and_whether_its_budgets_were_kept(name, capsys):
    code = main([name, *_SMALL])
    results = json.loads(capsys.readouterr().out)
    assert results
    for result in results:
        assert set(result) == _KEYS
        assert set(result["budgets"]) <= set(result["figures"]) | set(result["ratios"])
    assert code == (0 if all(result["ok"] for result in results) else 1)


def test_look_ups_are_without_an_error_while_the_file_is_replaced(capsys):
    main(["swap", *_SMALL])
    (result,) = json.loads(capsys.readouterr().out)
    assert result["sizes"]["swaps"] == 1
    assert result["figures"]["errors"] == 0
