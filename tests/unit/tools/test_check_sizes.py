"""The size caps find what breaks them, and nothing else."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def check_sizes() -> ModuleType:
    path = Path(__file__).parents[3] / "tools" / "check_sizes.py"
    spec = importlib.util.spec_from_file_location("check_sizes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "api").mkdir()
    for n in range(20):
        (tmp_path / "api" / f"small{n}.py").write_text("def f():\n    return 1\n")
    return tmp_path


def test_a_small_house_breaks_no_cap(check_sizes: ModuleType, house: Path) -> None:
    assert check_sizes.offences(house) == []


def test_a_file_over_500_lines_is_named(check_sizes: ModuleType, house: Path) -> None:
    (house / "api" / "huge.py").write_text("x = 1\n" * 501)
    (offence,) = check_sizes.offences(house)
    assert offence.startswith("api/huge.py: 501 lines")


def test_a_function_over_60_lines_is_named_with_its_line(check_sizes: ModuleType, house: Path) -> None:
    (house / "api" / "long.py").write_text("\nasync def long():\n" + "    x = 1\n" * 60)
    (offence,) = check_sizes.offences(house)
    assert offence.startswith("api/long.py:2 long: 61 lines")


def test_more_than_one_file_in_ten_over_300_lines_is_too_many(check_sizes: ModuleType, house: Path) -> None:
    for n in range(3):
        (house / "api" / f"large{n}.py").write_text("x = 1\n" * 301)
    (offence,) = check_sizes.offences(house)
    assert offence.startswith("3 of 23 files have over 300 lines")


def test_one_file_in_ten_over_300_lines_is_allowed(check_sizes: ModuleType, house: Path) -> None:
    for n in range(2):
        (house / "api" / f"large{n}.py").write_text("x = 1\n" * 301)
    assert check_sizes.offences(house) == []
