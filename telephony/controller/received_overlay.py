"""An overlay as it came from the api or from disk, read in small steps beside calls that go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, overload

import ijson
from pydantic import ValidationError

from contracts.errors import BadInputError
from contracts.node_api import EmergencyWindow, Overlay, Standing
from contracts.number_list import ListEntry, NumberList
from contracts.validation import problem_of
from telephony.controller.json_pieces import JsonPieces, text_of, with_rests
from telephony.controller.json_texts import JsonTexts


class BadOverlayError(BadInputError):
    """What came is no overlay."""

    code = "node.bad_overlay"


class Additions(Sequence[ListEntry]):
    """The added entries, each held as JSON; equal where the texts are. Walk them on a thread only."""

    def __init__(self, texts: tuple[bytes, ...]) -> None:
        self.texts = texts

    @overload
    def __getitem__(self, place: int) -> ListEntry: ...
    @overload
    def __getitem__(self, place: slice) -> Additions: ...
    def __getitem__(self, place: int | slice) -> ListEntry | Additions:
        if isinstance(place, slice):
            return Additions(self.texts[place])
        return ListEntry.model_validate_json(self.texts[place])

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[ListEntry]:
        return (ListEntry.model_validate_json(text) for text in with_rests(self.texts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Additions) and self.texts == other.texts

    def __hash__(self) -> int:
        return hash(self.texts)


Standings = JsonTexts[Standing]
"""By number, or by the digits of a block."""


class ReceivedOverlay(NamedTuple):
    """An overlay, and the JSON it was read from."""

    version: str
    base: int
    release: int
    lists: tuple[NumberList, ...]
    added: Additions
    removed: tuple[str, ...]
    number_standings: Standings
    block_standings: Standings
    emergencies: tuple[EmergencyWindow, ...]
    body: bytes

    @property
    def standing_texts(self) -> Iterable[bytes]:
        """Each standing's JSON."""
        return chain(self.number_standings.texts.values(), self.block_standings.texts.values())

    def with_news_of(self, other: ReceivedOverlay) -> ReceivedOverlay:
        """Return these lists with what another says of calls of late: it holds on any list file."""
        return self._replace(
            number_standings=other.number_standings,
            block_standings=other.block_standings,
            emergencies=other.emergencies,
        )


def bare_overlay(release: int, lists: tuple[NumberList, ...] = ()) -> ReceivedOverlay:
    """Return one that adds nothing to the file of a release."""
    nobody = JsonTexts(Standing, {})
    return ReceivedOverlay("", release, release, lists, Additions(()), (), nobody, nobody, (), b"")


def read_overlay(body: bytes, before: ReceivedOverlay | None = None) -> ReceivedOverlay:
    """Read an overlay's JSON; takes about 0.2 s for 5,000 entries and as many standings, on a thread.

    What stands in the one before is not checked again.

    Raises:
        BadOverlayError: it is no overlay; says where it is wrong, without the values.
    """
    try:
        fields = dict(ijson.kvitems(JsonPieces(body), "", use_float=True))
        added = _added(fields, before)
        numbers, blocks = _standings(fields, before)
        whole = Overlay.model_validate(fields)
    except ValidationError as error:
        raise BadOverlayError(f"not an Overlay: {problem_of(error)}") from None
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise BadOverlayError(f"not an Overlay: {type(error).__name__}, cut short or no JSON") from None
    return ReceivedOverlay(
        version=whole.version,
        base=whole.base,
        release=whole.release,
        lists=whole.lists,
        added=added,
        removed=whole.removed,
        number_standings=numbers,
        block_standings=blocks,
        emergencies=whole.emergencies,
        body=body,
    )


def _rows(
    fields: dict[str, Any], name: str, model: type[ListEntry | Standing], known: Iterable[bytes]
) -> Sequence[tuple[Mapping[str, Any], bytes]]:
    """Take an array out of the fields; what is no array of objects is left to be complained of."""
    rows = fields.get(name)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return ()
    good = frozenset(known)
    read = [(row, text_of(row, model, good)) for row in with_rests(rows)]
    del fields[name]
    return read


def _added(fields: dict[str, Any], before: ReceivedOverlay | None) -> Additions:
    known = before.added.texts if before else ()
    return Additions(tuple([text for _, text in _rows(fields, "added", ListEntry, known)]))


def _standings(fields: dict[str, Any], before: ReceivedOverlay | None) -> tuple[Standings, Standings]:
    known = before.standing_texts if before else ()
    numbers: dict[str, bytes] = {}
    blocks: dict[str, bytes] = {}
    for row, text in _rows(fields, "standings", Standing, known):
        (blocks if row.get("block") else numbers)[row["number"]] = text
    return JsonTexts(Standing, numbers), JsonTexts(Standing, blocks)
