"""Bare look-ups in the compiled file, beside a dict, SQLite and a trie that hold the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import marisa_trie

from blacklists.key import key_of
from blacklists.list_file import ListFile
from blacklists.lists import NumberLists
from contracts.node_api import Overlay
from contracts.phone import PhoneNumber
from tests.perf.benchmark import Latency, Options, Result, latency_of
from tests.perf.invented_lists import (
    BLOCKS,
    LISTS,
    covered,
    listed,
    listed_value,
    prefixes,
    ready_file,
    records,
    unlisted,
)

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_STEP = 7919
_SQL = "SELECT entry, tag, valid_from, expires_at FROM entries WHERE number = ?"


def run(options: Options) -> Iterable[Result]:
    """Ask each for numbers that are listed, unlisted, and covered by a prefix or range."""
    with ListFile.open(ready_file(options)) as file:
        lists = NumberLists(file, Overlay(version="1", base=1, release=1, lists=LISTS))
        ours = {
            "listed": _time(options, lambda number: lists.find(number, _NOW), listed),
            "unlisted": _time(options, lambda number: lists.find(number, _NOW), unlisted),
            "covered": _time(options, lambda number: lists.find(number, _NOW), covered),
        }
    others = {"dict": _dict(options), "sqlite": _sqlite(options), "trie": _trie(options)}
    figures = {
        name: value for key, took in (ours | others).items() for name, value in took.figures(key).items()
    }
    ratios = {
        "listed_to_dict_p50": ours["listed"].p50 / others["dict"].p50,
        "listed_to_sqlite_p50": ours["listed"].p50 / others["sqlite"].p50,
        "listed_to_sqlite_p99": ours["listed"].p99 / others["sqlite"].p99,
        "covered_to_trie_p50": ours["covered"].p50 / others["trie"].p50,
    }
    sizes = {"entries": options.entries, "blocks": BLOCKS, "lookups": options.lookups}
    budgets = {f"{name}_p99_us": 5.0 for name in ("listed", "unlisted", "covered")}
    yield Result("lookup", sizes, figures, ratios, budgets)


def _time(
    options: Options, call: Callable[[PhoneNumber], object], number: Callable[[int], PhoneNumber]
) -> Latency:
    return latency_of(call, lambda n: number(n * _STEP % options.entries), options.lookups)


def _dict(options: Options) -> Latency:
    held = {listed_value(n): n for n in range(options.entries)}
    return _time(options, lambda number: held.get(number.value), listed)


def _sqlite(options: Options) -> Latency:
    path = options.folder / "entries.sqlite"
    with closing(sqlite3.connect(path)) as database:
        _fill(database, options.entries)
    try:
        with closing(sqlite3.connect(path)) as database:

            def ask(number: PhoneNumber) -> object:
                return database.execute(_SQL, (key_of(number.value),)).fetchall()

            return _time(options, ask, listed)
    finally:
        Path(path).unlink()


def _fill(database: sqlite3.Connection, entries: int) -> None:
    database.executescript("PRAGMA journal_mode=off; PRAGMA synchronous=off")
    database.execute(
        "CREATE TABLE entries (entry INTEGER PRIMARY KEY, number INTEGER, tag INTEGER, "
        "valid_from INTEGER, expires_at INTEGER)"
    )
    exact = ((entry, low, tag, *times) for kind, low, _, entry, tag, *times in records(entries) if kind == 0)
    database.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", exact)
    database.execute("CREATE INDEX by_number ON entries (number)")
    database.commit()


def _trie(options: Options) -> Latency:
    trie = marisa_trie.Trie(prefixes())
    return _time(options, lambda number: trie.prefixes(number.value), covered)
