"""What one phrasebook says otherwise than another: phrases, word classes, risk model and diction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from contracts.evidence import Speaker
from screening.diction import Diction
from screening.phrase import Phrase
from screening.phrasebook import Phrasebook

_COMPARED = ("type", "stage", "speaker", "weight", "since", "source", "note")


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One value that differs, as it is written in YAML; empty where there is none."""

    name: str
    """A key of a phrase, or a place in the model: stage_limits.hook."""
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name} {self.before or 'none'} -> {self.after or 'none'}"


@dataclass(frozen=True, slots=True)
class PhraseChange:
    """What differs in a phrase that both have."""

    id: str
    values: tuple[ValueChange, ...]
    wordings_added: tuple[str, ...]
    wordings_removed: tuple[str, ...]

    def __str__(self) -> str:
        said = [
            *map(str, self.values),
            *(f"+{wording}" for wording in self.wordings_added),
            *(f"-{wording}" for wording in self.wordings_removed),
        ]
        return f"{self.id}: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class WordsChange:
    """What differs in a word class; all its words where only one of two phrasebooks has it."""

    name: str
    added: tuple[str, ...]
    removed: tuple[str, ...]

    def __str__(self) -> str:
        said = [*(f"+{word}" for word in self.added), *(f"-{word}" for word in self.removed)]
        return f"{self.name}: {', '.join(said)}"


@dataclass(frozen=True, slots=True)
class DictionChange:
    """How many pieces of one speaker weigh otherwise: they are fitted by the thousand, nobody reads each."""

    speaker: Speaker
    added: int
    removed: int
    changed: int

    def __str__(self) -> str:
        return f"{self.speaker}: {self.added} added, {self.removed} removed, {self.changed} changed"


@dataclass(frozen=True, slots=True)
class PhrasebookDiff:
    """The difference of two phrasebooks; order is none, nor are comments."""

    added: tuple[Phrase, ...]
    removed: tuple[Phrase, ...]
    changed: tuple[PhraseChange, ...]
    words: tuple[WordsChange, ...]
    model: tuple[ValueChange, ...]
    diction: tuple[DictionChange, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """The difference for people: + added, - removed, ~ changed; empty where nothing differs."""
        return (
            *(f"+ {_summary(phrase)}" for phrase in self.added),
            *(f"- {_summary(phrase)}" for phrase in self.removed),
            *(f"~ {change}" for change in self.changed),
            *(f"~ words: {change}" for change in self.words),
            *(f"~ model: {change}" for change in self.model),
            *(f"~ diction: {change}" for change in self.diction),
        )


def difference(before: Phrasebook, after: Phrasebook) -> PhrasebookDiff:
    """Return what `after` says otherwise than `before`; phrases are the same by their ids."""
    old = {phrase.id: phrase for phrase in before.phrases}
    new = {phrase.id: phrase for phrase in after.phrases}
    changes = (_change(old[name], new[name]) for name in new if name in old)
    return PhrasebookDiff(
        added=tuple(new[name] for name in new if name not in old),
        removed=tuple(old[name] for name in old if name not in new),
        changed=tuple(change for change in changes if change),
        words=tuple(_words(before, after)),
        model=_values(dict(_flat(before.model)), dict(_flat(after.model))),
        diction=tuple(_diction(before.diction, after.diction)),
    )


def _change(old: Phrase, new: Phrase) -> PhraseChange | None:
    if old == new:
        return None
    values = _values(_written(old), _written(new))
    added = tuple(wording for wording in new.wordings if wording not in old.wordings)
    removed = tuple(wording for wording in old.wordings if wording not in new.wordings)
    return PhraseChange(new.id, values, added, removed) if values or added or removed else None


def _words(before: Phrasebook, after: Phrasebook) -> Iterator[WordsChange]:
    old = {each.name: each.words for each in before.words}
    new = {each.name: each.words for each in after.words}
    for name in dict.fromkeys((*old, *new)):
        had, has = old.get(name, ()), new.get(name, ())
        added = tuple(word for word in has if word not in had)
        removed = tuple(word for word in had if word not in has)
        if added or removed:
            yield WordsChange(name, added, removed)


def _diction(before: Diction, after: Diction) -> Iterator[DictionChange]:
    for speaker in Speaker:
        old, new = before.weights[speaker], after.weights[speaker]
        changed = sum(old[piece] != weight for piece, weight in new.items() if piece in old)
        change = DictionChange(speaker, len(new.keys() - old.keys()), len(old.keys() - new.keys()), changed)
        if (change.added, change.removed, change.changed) != (0, 0, 0):
            yield change


def _values(old: Mapping[str, str], new: Mapping[str, str]) -> tuple[ValueChange, ...]:
    return tuple(ValueChange(name, old[name], new[name]) for name in old if old[name] != new[name])


def _written(phrase: Phrase) -> dict[str, str]:
    return {name: _word(getattr(phrase, name)) for name in _COMPARED}


def _flat(model: BaseModel, within: str = "") -> Iterator[tuple[str, str]]:
    for name, value in model:
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{within}{name}.")
        else:
            yield f"{within}{name}", _word(value)


def _word(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_word, value))}]"
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value)


def _summary(phrase: Phrase) -> str:
    about = f"{phrase.type or 'any'}, {phrase.stage}, {phrase.speaker}, {phrase.weight:g}"
    return f"{phrase.id} ({about}): {', '.join(phrase.wordings)}"
