"""Written calls with a label, read line by line from JSONL files."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from contracts.errors import BadInputError
from contracts.evidence import Speaker

FRAUD = "fraud"
BENIGN = "benign"
FOLDS = 5
# A turn of 100,000 characters fits many times over; a file that is one endless line does not.
_LONGEST_LINE = 8_000_000
_LONGEST_CALL_S = 86_400


class BadDialogueError(BadInputError):
    """A file of dialogues cannot be used; the message names the file and the line."""

    code = "dialogue.bad"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party says until the other one speaks."""

    speaker: Speaker
    text: str
    """As written, with punctuation; may be empty."""
    start_ms: int | None = None
    """When it begins, call time; None where there is no recording."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One call as text."""

    id: str
    label: str
    """`fraud` or `benign`."""
    type: str
    """Kind of fraud or of call in the words of its file; empty where it names none."""
    source: str
    """Where it comes from; empty where the file does not say."""
    ask_turn: int | None
    """Index of the first turn that asks for money, codes, an app or cash; None where nobody marked it."""
    turns: tuple[Turn, ...]
    group: str = ""
    """Whose calls are alike, such as their writer's; empty where the file does not say."""

    @property
    def fold_key(self) -> str:
        """What its fold is made of: a group is in one fold as a whole, any other call goes by its id."""
        return self.group or self.id


class _TurnRow(BaseModel):
    speaker: Speaker
    text: str
    start_s: Annotated[float | None, Field(ge=0, le=_LONGEST_CALL_S)] = None

    def turn(self) -> Turn:
        return Turn(self.speaker, self.text, None if self.start_s is None else round(1000 * self.start_s))


class _Row(BaseModel):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: Annotated[str, Field(min_length=1)]
    label: Literal["fraud", "benign"]
    type: str | None = None
    fraud_type: str | None = None
    call_type: str | None = None
    source: str | None = None
    group: str | None = None
    ask_turn: Annotated[int | None, Field(ge=0)] = None
    turns: Annotated[list[_TurnRow], Field(min_length=1)]

    def dialogue(self) -> Dialogue:
        return Dialogue(
            id=self.id,
            label=self.label,
            type=self.type or self.fraud_type or self.call_type or "",
            source=self.source or "",
            ask_turn=self.ask_turn,
            turns=tuple(turn.turn() for turn in self.turns),
            group=self.group or "",
        )


def read_dialogues(path: Path) -> Iterator[Dialogue]:
    """Yield the dialogues of a JSONL file in UTF-8, with or without a byte order mark.

    Blank lines are skipped, half surrogate pairs replaced by U+FFFD.
    Raises BadDialogueError with file and line.
    """
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE + 1):
                number += 1
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    yield read_dialogue(line, f"{path}, line {number}")
    except OSError as error:
        raise BadDialogueError(f"{path}: cannot be read ({error.strerror}); correct the path") from None


def read_dialogue(line: bytes, where: str) -> Dialogue:
    """Read one JSON object; `where` names it in the BadDialogueError raised where it is no dialogue."""
    if len(line) > _LONGEST_LINE:
        raise BadDialogueError(f"{where}: longer than {_LONGEST_LINE} bytes; write one dialogue a line")
    try:
        row = _Row.model_validate_json(_whole_characters(line))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "row"
        raise BadDialogueError(f"{where}: {place}: {first['msg']}; correct it") from None
    except UnicodeDecodeError as error:
        raise BadDialogueError(
            f"{where}: not UTF-8 at byte {error.start}; save it as UTF-8 (iconv -f GB18030 -t UTF-8)"
        ) from None
    except (ValueError, RecursionError) as error:
        raise BadDialogueError(f"{where}: no JSON object ({error}); write one dialogue a line") from None
    if row.ask_turn is not None and row.ask_turn >= len(row.turns):
        raise BadDialogueError(
            f"{where}: ask_turn {row.ask_turn}: turns are numbered 0 to {len(row.turns) - 1}"
        )
    return row.dialogue()


def fold_of(fold_key: str, folds: int = FOLDS) -> int:
    """Return the fold (0 to `folds` - 1) of a dialogue: CRC-32 of its key, the one way folds are made."""
    return zlib.crc32(fold_key.encode()) % folds


def _whole_characters(line: bytes) -> str:
    plain = json.dumps(json.loads(line.decode("utf-8-sig")), ensure_ascii=False)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
