"""Finding phrases in recognised text by their sound, with the characters they stand in."""

from __future__ import annotations

from functools import lru_cache

from contracts.evidence import Speaker
from screening.match import Match
from screening.pattern import Part, Pattern
from screening.pattern_index import PatternIndex
from screening.phrasebook import Phrasebook
from screening.utterance import Utterance


@lru_cache(maxsize=4)
def matcher_of(phrasebook: Phrasebook) -> Matcher:
    """Return the one matcher of a phrasebook; the first asking for a phrasebook waits about half a second."""
    return Matcher(phrasebook)


class Matcher:
    """The phrases of one phrasebook, made ready for searching. Holds no state of any call."""

    def __init__(self, phrasebook: Phrasebook) -> None:
        merge_f_h = self._merge_f_h = phrasebook.model.merge_f_h
        classes = {words.name: Part.of_class(words, merge_f_h=merge_f_h) for words in phrasebook.words}
        patterns = [
            Pattern.of(phrase, wording, classes, merge_f_h=merge_f_h)
            for phrase in phrasebook.phrases
            for wording in phrase.wordings
        ]
        self._indexes = {
            speaker: PatternIndex(pattern for pattern in patterns if pattern.phrase.speaker.include(speaker))
            for speaker in Speaker
        }

    def utterance(self, speaker: Speaker) -> Utterance:
        """Return a new utterance of this speaker, nothing of it heard yet."""
        return Utterance(self._indexes[speaker], merge_f_h=self._merge_f_h)

    def find(self, text: str, speaker: Speaker) -> tuple[Match, ...]:
        """Return the best match of each phrase that counts for this speaker, in order of the text.

        A phrase that is nowhere said in earnest is told by its best match with the context it stands in.
        """
        return self.utterance(speaker).hear(text)
