"""A phrasebook of any size, and talk as a recogniser tells it, both made of what the project ships."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from contracts.evidence import Speaker
from screening.evaluation.dialogue import read_dialogues
from screening.normalise import normalise
from screening.phrase import SLOT, Phrase
from screening.phrasebook import Phrasebook
from screening.word_class import WordClass
from screening.wording import classes_in

_DIALOGUES = Path(__file__).parents[1] / "fixtures" / "dialogues"
_UTTERANCE = re.compile(r"[^。？！；…]{2,40}")
_MARK = re.compile(r"\W")
# A recogniser tells a partial every 0.4 s, and people say 4.5 characters in a second.
_CHARACTERS_PER_PARTIAL = 2
_LONGEST_WORD = 4


@dataclass(frozen=True, slots=True)
class Told:
    """What a recogniser tells of an utterance."""

    speaker: Speaker
    text: str
    first: bool
    """Of its utterance."""
    final: bool


def enlarged(phrasebook: Phrasebook, phrases: int, wordings: int) -> Phrasebook:
    """Return it with invented phrases added up to so many, with so many wordings in all.

    An invented wording is the beginning of a shipped one and the end of another, some with a slot between.
    """
    random = Random(96110)
    every = [wording for phrase in phrasebook.phrases for wording in phrase.wordings]
    shipped = [wording for wording in every if not classes_in(wording)]
    each = max(1, (wordings - len(every)) // max(1, phrases - len(phrasebook.phrases)))
    invented = [
        _other(random.choice(phrasebook.phrases), n, tuple(_invented(shipped, random) for _ in range(each)))
        for n in range(phrases - len(phrasebook.phrases))
    ]
    return replace(phrasebook, phrases=(*phrasebook.phrases, *invented))


def _other(phrase: Phrase, n: int, wordings: tuple[str, ...]) -> Phrase:
    """Return a phrase like this one with other words."""
    return phrase.model_copy(update={"id": f"invented.n{n}", "wordings": wordings})


def _invented(shipped: list[str], random: Random) -> str:
    one, other = (normalise(random.choice(shipped)).text for _ in range(2))
    between = SLOT if random.random() < 0.3 else ""
    return one[: max(2, len(one) // 2)] + between + other[min(len(other) - 2, len(other) // 2) :]


def with_classes(phrasebook: Phrasebook, wordings: int, classes: int, words: int) -> Phrasebook:
    """Return it with as many wordings of invented word classes instead of its own, two or three in each.

    The words are one to four characters out of the talk of `told`, so that they stand everywhere in it.
    """
    random = Random(96110)
    talk = "".join(normalise(result.text).text for result in told() if result.final)
    pieces = (tuple(_piece(talk, random) for _ in range(words)) for _ in range(classes))
    invented = tuple(WordClass.of(f"invented_{n}", *dict.fromkeys(some)) for n, some in enumerate(pieces))
    plain = [phrase for phrase in phrasebook.phrases if not any(map(classes_in, phrase.wordings))]
    phrases = [_other(random.choice(plain), n, (_of_classes(invented, random),)) for n in range(wordings)]
    return replace(phrasebook, phrases=(*plain, *phrases), words=invented)


def _piece(text: str, random: Random) -> str:
    length = random.choices(range(1, _LONGEST_WORD + 1), (1, 12, 6, 6))[0]
    at = random.randrange(len(text) - length)
    return text[at : at + length]


def _of_classes(classes: Sequence[WordClass], random: Random) -> str:
    chosen = [f"{{{each.name}}}" for each in random.sample(classes, random.choice((2, 2, 3)))]
    return random.choice((SLOT, SLOT, "")).join(chosen)


def told() -> Iterator[Told]:
    """Yield partials and finals of the tuning dialogues; the last character of a partial is misheard yet."""
    random = Random(96110)
    for path in sorted(_DIALOGUES.glob("*_tune*.jsonl")):
        for dialogue in read_dialogues(path):
            for turn in dialogue.turns:
                for found in _UTTERANCE.findall(turn.text):
                    yield from _results(turn.speaker, _MARK.sub("", found), random)


def _results(speaker: Speaker, text: str, random: Random) -> Iterator[Told]:
    ends = range(_CHARACTERS_PER_PARTIAL, len(text), _CHARACTERS_PER_PARTIAL)
    for end in ends:
        partial = text[: end - 1] + random.choice(text)
        yield Told(speaker, partial, first=end == ends.start, final=False)
    if text:
        yield Told(speaker, text, first=not ends, final=True)
