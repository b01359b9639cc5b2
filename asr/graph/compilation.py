"""From the two graphs that Vosk would compose while decoding to the one that it need not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from asr.errors import GrammarError
from asr.graph.grammar import Unigrams
from asr.graph.openfst import OpenFst
from asr.graph.raising import Raising
from asr.graph.room import Room
from asr.graph.wording_words import Cutter
from asr.progress import Progress

_MEMORY_PER_BYTE = 30
_DISK_PER_BYTE = 20
"""Bytes needed for each byte of the two graphs: measured on the small Mandarin model are 27 and 16."""
_DISAMBIGUATION = "disambig_tid.int"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is to be recognised better than the model does."""

    name: str
    """Where the wordings come from, and which version."""
    wordings: tuple[str, ...]
    weight: float
    """0 to 1: how far the wordings' own probabilities count beside the grammar's."""


def room_needed(graph: Path) -> Room:
    """Return what compiling takes: memory at its peak, and disk for what comes and goes."""
    size = sum((graph / name).stat().st_size for name in ("HCLr.fst", "Gr.fst"))
    return Room(size * _MEMORY_PER_BYTE, size * _DISK_PER_BYTE)


@dataclass(frozen=True, slots=True)
class Compilation:
    """One making of a graph: from which, into which folder, with what."""

    graph: Path
    """HCLr.fst, Gr.fst and disambig_tid.int."""
    into: Path
    """Gets HCLG.fst and words.txt; holds what is made on the way."""
    tools: OpenFst
    progress: Progress

    def run(self, vocabulary: Vocabulary | None) -> None:
        """Make the graph, about 100 s for the small model. CompilingFailedError, GrammarError."""
        grammar, composed, plain = (self.into / name for name in ("G.fst", "composed.fst", "plain.fst"))
        self._print_grammar()
        if vocabulary is not None:
            self._raise(vocabulary)
        self._step("sorting the grammar", "fstcompile", self.into / "G.txt", self.into / "G.raw")
        self.tools.run("fstarcsort", "--sort_type=ilabel", self.into / "G.raw", grammar)
        self._forget("G.txt", "G.raw")
        self._step("composing", "fstcompose", self.graph / "HCLr.fst", grammar, composed)
        self._forget(grammar.name)
        labels = self._labels_to_drop()
        self._step("dropping marks", "fstrelabel", f"--relabel_ipairs={labels}", composed, plain)
        self._forget(composed.name, labels.name)
        self._step("writing the graph", "fstconvert", "--fst_type=const", plain, self.into / "HCLG.fst")
        self._forget(plain.name)

    def _print_grammar(self) -> None:
        published = self.graph / "Gr.fst"
        self._step("printing the grammar", "fstprint", "--numeric", published, self.into / "G.txt")
        words = self.into / "words.txt"
        self.tools.run("fstsymbols", f"--save_osymbols={words}", published, self.into / "G.raw")

    def _raise(self, vocabulary: Vocabulary) -> None:
        self.progress.step(f"raising {vocabulary.name}", None)
        printed, raised = self.into / "G.txt", self.into / "raised.txt"
        with printed.open(encoding="ascii") as lines:
            unigrams = Unigrams.read(lines)
        numbers = read_words(self.into / "words.txt")
        cutter = Cutter({word: unigrams.arcs[n].cost for word, n in numbers.items() if n in unigrams.arcs})
        raising = Raising(_numbered(vocabulary.wordings, cutter, numbers), unigrams, vocabulary.weight)
        with printed.open(encoding="ascii") as lines, raised.open("w", encoding="ascii") as file:
            file.writelines(raising.lines(lines))
        raised.replace(printed)

    def _labels_to_drop(self) -> Path:
        """Write which input labels mean nothing any more: marks that kept composing deterministic."""
        labels = self.into / "drop.txt"
        marks = (self.graph / _DISAMBIGUATION).read_text(encoding="ascii").split()
        labels.write_text("".join(f"{mark} 0\n" for mark in marks), encoding="ascii")
        return labels

    def _step(self, name: str, program: str, *arguments: str | Path) -> None:
        self.progress.step(name, None)
        self.tools.run(program, *arguments)

    def _forget(self, *names: str) -> None:
        """Make room on the disk at once."""
        for name in names:
            (self.into / name).unlink()


def read_words(path: Path) -> dict[str, int]:
    """Return the number of each word of a words.txt; GrammarError where a line is none."""
    numbers = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        word, _, number = line.replace("\t", " ").rpartition(" ")
        if not word or not number.isdigit():
            raise GrammarError(f"the model has a line {line!r} among its words; fetch the model anew")
        numbers[word] = int(number)
    return numbers


def _numbered(wordings: Sequence[str], cutter: Cutter, numbers: dict[str, int]) -> list[list[int]]:
    return [[numbers[word] for word in words] for wording in wordings for words in cutter.cut(wording)]
