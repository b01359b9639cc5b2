"""Messages between a node and the api: snapshot, overlay, events, poll. JSON over HTTP, with a token."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.evidence import Evidence, Line, Speaker
from contracts.number_list import ListEntry, NumberList
from contracts.outcome import Outcome
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Verdict


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


# --- GET /node/snapshot -------------------------------------------------------------------------


class Enrolment(_Message):
    """A resident who consented to be protected (R1)."""

    resident_id: str
    number: str
    """E.164."""
    delivery_route: str | None = None
    """SIP URI on which the resident really rings; None: the trunk's default route."""
    high_risk: bool = False
    """R15: lowers the alert threshold."""
    contacts: tuple[str, ...] = ()
    """Numbers the resident named as known, E.164."""


class ListFileRef(_Message):
    """The compiled number lists a node fetches by GET /node/lists/{sha256}; its hash is the ETag."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Of the whole file; both sides name the file by it, so nothing else may come through."""
    size: int = Field(gt=0)
    """Bytes."""
    release: int
    """The newest release of any list in it."""


class Snapshot(_Message):
    """What a node needs to judge calls, beside number lists and overlay; its version is the ETag."""

    version: str
    lists: ListFileRef
    enrolments: tuple[Enrolment, ...]
    phrasebook: str
    """YAML, as shipped or released."""
    phrasebook_version: int = Field(default=0, ge=0)
    """Number of the release; 0: none was released, this is the original."""
    policy: str
    """YAML, as shipped or released."""


# --- GET /node/overlay --------------------------------------------------------------------------


class Standing(_Message):
    """What calls and reports of late say about one number, or about a block of numbers."""

    number: str
    """A number's value, or the leading digits of a block."""
    block: bool = False
    residents_last_hour: int = 0
    """Enrolled residents called within the hour."""
    repeats: int = 0
    """Most calls to one resident within ten minutes."""
    later_reported: int = 0
    """Residents who were called by it and reported it afterwards."""
    score: float = 0.0
    """Wilson lower bound of bad reports over all, 0 to 1; 0 where it is not published."""
    reports: int = 0
    of_block: str = ""
    """Leading digits of the block that score and reports are of; empty where they are the number's own."""


class EmergencyWindow(_Message):
    """All calls to a resident who dialled 110 or 120 pass for a while."""

    resident_id: str
    until: AwareDatetime


class Overlay(_Message):
    """What changes too fast for the big file; laid over the file of release `base`, its version the ETag."""

    version: str
    base: int
    """Release of the list file it belongs on."""
    release: int
    """Release that file and overlay together stand for."""
    lists: tuple[NumberList, ...]
    """Every list, at its version in force."""
    added: tuple[ListEntry, ...] = ()
    removed: tuple[str, ...] = ()
    """Ids of entries of the file that are in force no more."""
    standings: tuple[Standing, ...] = ()
    left_out: int = Field(default=0, ge=0)
    """Standings there was no room for; the worst are told."""
    emergencies: tuple[EmergencyWindow, ...] = ()

    @property
    def number_standings(self) -> Mapping[str, Standing]:
        """Standings of single numbers, by number."""
        return {row.number: row for row in self.standings if not row.block}

    @property
    def block_standings(self) -> Mapping[str, Standing]:
        """Standings of blocks, by their leading digits."""
        return {row.number: row for row in self.standings if row.block}


# --- POST /node/events --------------------------------------------------------------------------


class _Event(_Message):
    id: str
    """A repeated id is a no-op."""
    at: AwareDatetime


class CallStarted(_Event):
    """An INVITE was judged."""

    type: Literal["call_started"] = "call_started"
    call_id: str
    trunk: str
    caller_raw: str
    """As presented by the trunk."""
    caller: str | None
    """Normalised; None where anonymous or unusable."""
    called: str
    resident_id: str | None
    """None: the called number is not enrolled; delivered untapped."""
    verdict: Verdict | None
    """None: delivered without a judgement (not enrolled, or degraded)."""
    degraded: bool = False
    """The worker delivered by its own copy of the routes because the controller was silent."""


class CallEnded(_Event):
    """A screened or passed call is over."""

    type: Literal["call_ended"] = "call_ended"
    call_id: str
    cause: str
    """Who or what ended it: caller, resident, policy, operator, worker_lost, not_delivered."""
    sip_code: int
    answered_at: AwareDatetime | None = None


class NoteKind(StrEnum):
    """Things that happen to a call and belong on its timeline."""

    WHISPER_STARTED = "whisper_started"
    WHISPER_ENDED = "whisper_ended"
    CALLER_HUNG_UP = "caller_hung_up_by_policy"
    LISTENING_LOST = "listening_lost"
    LISTENING_RESUMED = "listening_resumed"
    LISTENING_REFUSED = "listening_refused"
    """No speech server has a place for a leg."""
    LISTENING_SHED = "listening_shed"
    """A leg was heard, and gave way to others because the speech servers run short."""


class CallNoted(_Event):
    """Something happened to a call that people should see on its timeline."""

    type: Literal["call_noted"] = "call_noted"
    call_id: str
    kind: NoteKind
    detail: str = ""


class AlertRaised(_Event):
    """The dialogue crossed the threshold; `id` is the alert's source_ref (R4)."""

    type: Literal["alert_raised"] = "alert_raised"
    alert_id: str
    call_id: str
    resident_id: str
    caller: str | None
    scam_type: ScamType
    level: RiskLevel
    number_risk: float
    dialogue_risk: float
    """Log-odds."""
    call_started_at: AwareDatetime
    first_word_at: AwareDatetime | None
    """When the caller's first recognised word began; None until a final result has told it."""
    phrase_ended_at: AwareDatetime
    """When the last matched word ended; an estimate where only a partial result was there."""
    listening_since: AwareDatetime
    """Zero of all ms offsets in evidence and transcript."""
    evidence: tuple[Evidence, ...]
    transcript: tuple[Line, ...]
    """What was held in memory so far."""
    phrasebook_version: int | None = None
    """Version of the phrasebook the call is judged by to its end."""


class AlertRose(_Event):
    """An alerted call got worse."""

    type: Literal["alert_rose"] = "alert_rose"
    alert_id: str
    call_id: str
    scam_type: ScamType
    level: RiskLevel
    dialogue_risk: float
    evidence: tuple[Evidence, ...]
    """All evidence so far; replaces what was sent before."""


class TranscriptAdded(_Event):
    """Further final utterances of an alerted call."""

    type: Literal["transcript_added"] = "transcript_added"
    alert_id: str
    call_id: str
    lines: tuple[Line, ...]
    evidence: tuple[Evidence, ...]
    """All evidence so far; replaces what was sent before."""
    first_word_at: AwareDatetime | None = None
    """As in the alert, for one that came before the caller's first final result."""
    phrase_ended_at: AwareDatetime | None = None
    """When the words that raised the alert ended, once a final result has given their times; else None."""


class AttemptDialled(_Event):
    """The INVITE of a leased attempt left the node."""

    type: Literal["attempt_dialled"] = "attempt_dialled"
    attempt_id: str
    fence: int


class AttemptEnded(_Event):
    """A leased attempt is over."""

    type: Literal["attempt_ended"] = "attempt_ended"
    attempt_id: str
    fence: int
    outcome: Outcome
    sip_code: int | None = None
    answered_at: AwareDatetime | None = None
    digit: str | None = None
    """The key pressed."""


NodeEvent = Annotated[
    CallStarted
    | CallEnded
    | CallNoted
    | AlertRaised
    | AlertRose
    | TranscriptAdded
    | AttemptDialled
    | AttemptEnded,
    Field(discriminator="type"),
]


class LiveLine(_Message):
    """What is being said right now; shown, never stored."""

    call_id: str
    at: AwareDatetime
    speaker: Speaker
    text: str
    final: bool
    level: RiskLevel
    risk: float
    """Log-odds after this line."""
    evidence: tuple[Evidence, ...] = ()
    """Matches in this line."""


class EventBatch(_Message):
    """What a node reports: facts from its spool, and live text that is not a fact."""

    node: str
    events: tuple[NodeEvent, ...] = ()
    live: tuple[LiveLine, ...] = ()


class EventReceipt(_Message):
    """How many events were new; all of the batch may be forgotten by the node."""

    accepted: int
    repeated: int


# --- POST /node/poll ----------------------------------------------------------------------------


class PollRequest(_Message):
    """A node offers its free slots and tells its counters."""

    node: str
    free_slots: int = Field(ge=0)
    counters: dict[str, int] = Field(default_factory=dict)
    """Totals since the node's start: refused_source, degraded, pcm_dropped, ..."""
    snapshot_version: str = ""
    """As the last reply told it, so that another one is answered at once; empty: none yet."""
    overlay_version: str = ""
    """Likewise."""


class LeasedAttempt(_Message):
    """A warning call this node must place now; nobody else will until the lease ends."""

    attempt_id: str
    warning_id: str
    fence: int
    lease_until: AwareDatetime
    number: str
    """E.164 of the resident."""
    delivery_route: str | None
    scam_type: ScamType
    ring_seconds: float
    """How long it may ring before it counts as no answer."""
    key_seconds: float
    """How long to wait for a key after the prompt."""


class CommandKind(StrEnum):
    """What an operator may do to a live call."""

    WHISPER = "whisper"
    HANG_UP_CALLER = "hang_up_caller"


class Command(_Message):
    """An operator's order for a live call."""

    id: str
    kind: CommandKind
    call_id: str


class PollReply(_Message):
    """Work for the node."""

    attempts: tuple[LeasedAttempt, ...] = ()
    commands: tuple[Command, ...] = ()
    snapshot_version: str
    overlay_version: str
