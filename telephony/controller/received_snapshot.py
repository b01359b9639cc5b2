"""A snapshot as it came from the api or from disk, read in small steps beside calls that go on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

import ijson
from pydantic import ValidationError

from contracts.errors import BadInputError
from contracts.node_api import Enrolment, ListFileRef
from contracts.validation import problem_of
from telephony.controller.json_pieces import JsonPieces
from telephony.controller.json_texts import JsonTexts


class BadSnapshotError(BadInputError):
    """What came is no snapshot."""

    code = "node.bad_snapshot"


class Enrolments(JsonTexts[Enrolment]):
    """Residents by E.164 number."""

    def __init__(self, texts: Mapping[str, bytes], routes: Mapping[str, str]) -> None:
        super().__init__(Enrolment, texts)
        self.routes = routes
        """Delivery routes that differ from the trunk's default, by number."""


class ReceivedSnapshot(NamedTuple):
    """A snapshot; its rules are still text."""

    version: str
    lists: ListFileRef
    enrolments: Enrolments
    phrasebook: str
    policy: str
    phrasebook_version: int

    def with_rules_of(self, other: ReceivedSnapshot) -> ReceivedSnapshot:
        """Return it with the phrasebook and policy of another."""
        return self._replace(
            phrasebook=other.phrasebook,
            policy=other.policy,
            phrasebook_version=other.phrasebook_version,
        )

    def encoded(self) -> bytes:
        """Return JSON that `read_snapshot` reads, without a version: whoever starts from it asks anew."""
        rest = {"version": "", "phrasebook": self.phrasebook, "policy": self.policy}
        numbers = {"phrasebook_version": self.phrasebook_version, "lists": self.lists.model_dump()}
        head = json.dumps(rest | numbers).encode()
        return head[:-1] + b', "enrolments": [' + b",".join(self.enrolments.texts.values()) + b"]}"


def read_snapshot(body: bytes) -> ReceivedSnapshot:
    """Read a snapshot's JSON; takes about 2 s for 100,000 residents and belongs on a thread.

    Raises:
        BadSnapshotError: it is no snapshot; says where it is wrong, without the values.
    """
    try:
        return ReceivedSnapshot(
            version=_text(body, "version"),
            lists=ListFileRef.model_validate(_member(body, "lists")),
            enrolments=_enrolments(body),
            phrasebook=_text(body, "phrasebook"),
            policy=_text(body, "policy"),
            phrasebook_version=_phrasebook_version(body),
        )
    except ValidationError as error:
        raise BadSnapshotError(f"not a Snapshot: {problem_of(error)}") from None
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise BadSnapshotError(f"not a Snapshot: {type(error).__name__}, cut short or no JSON") from None


def _member(body: bytes, name: str) -> Any:  # noqa: ANN401 (any JSON)
    for value in ijson.items(JsonPieces(body), name):
        return value
    raise BadSnapshotError(f"not a Snapshot: it has no {name}")


def _text(body: bytes, name: str) -> str:
    value = _member(body, name)
    if not isinstance(value, str):
        raise BadSnapshotError(f"not a Snapshot: {name} is no text")
    return value


def _phrasebook_version(body: bytes) -> int:
    # A snapshot that a node of before has kept on disk does not tell.
    value = next(ijson.items(JsonPieces(body), "phrasebook_version"), 0)
    if not isinstance(value, int):
        raise BadSnapshotError("not a Snapshot: phrasebook_version is no whole number")
    return value


def _enrolments(body: bytes) -> Enrolments:
    _check_array(body, "enrolments")
    texts: dict[str, bytes] = {}
    routes: dict[str, str] = {}
    for fields in ijson.items(JsonPieces(body), "enrolments.item"):
        enrolment = Enrolment.model_validate(fields)
        texts[enrolment.number] = enrolment.model_dump_json(exclude_defaults=True).encode()
        if enrolment.delivery_route:
            routes[enrolment.number] = enrolment.delivery_route
    return Enrolments(texts, routes)


def _check_array(body: bytes, name: str) -> None:
    """Without this a snapshot that lacks them would be taken for one without residents."""
    for prefix, event, _ in ijson.parse(JsonPieces(body)):
        if prefix == name:
            if event == "start_array":
                return
            break
    raise BadSnapshotError(f"not a Snapshot: {name} is no array")
