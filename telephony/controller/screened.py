"""One call that is listened to: its session, its alert, what is done in the call."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from contracts.evidence import Speaker
from contracts.node_api import (
    AlertRaised,
    AlertRose,
    CallNoted,
    CommandKind,
    Enrolment,
    LiveLine,
    NodeEvent,
    NoteKind,
    TranscriptAdded,
)
from contracts.phone import PhoneNumber
from contracts.ports import Clock, IdSource
from contracts.speech import Heard
from contracts.taxonomy import RiskLevel, ScamType
from contracts.verdict import Verdict
from screening.judgement import Judgement
from screening.session import ScreeningSession
from screening.word_times import times_of
from telephony.controller.holdings import Holdings
from telephony.controller.listening import Ear, Listening
from telephony.controller.rank import Rank, Side
from telephony.controller.speech_pool import SpeechPool
from telephony.controller.workers import Peer
from telephony.link.framing import Sound
from telephony.link.messages import HangUp, Incoming, Play, Played

WHISPER = "whisper_warning.wav"
BLOCKED = "blocked_caller.wav"
ALERT_AT = RiskLevel.MEDIUM


@dataclass(frozen=True, slots=True)
class Desk:
    """What every screened call needs of the controller."""

    clock: Clock
    ids: IdSource
    speech: SpeechPool
    live_preview: bool
    report: Callable[[NodeEvent], None]
    show: Callable[[LiveLine], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """Who calls whom, and what is known before a word is said."""

    incoming: Incoming
    caller: PhoneNumber
    resident: Enrolment
    verdict: Verdict


class ScreenedCall:
    """Listens, judges, alerts once, whispers once; holds all text in memory until there is an alert."""

    def __init__(self, subject: Subject, holdings: Holdings, desk: Desk, peer: Peer) -> None:
        self.call_id = subject.incoming.call_id
        self._subject = subject
        self._policy = holdings.policy.in_call
        self._phrasebook_version = holdings.snapshot.phrasebook_version
        self._desk = desk
        self.peer = peer
        self._session = ScreeningSession(
            holdings.phrasebook,
            number_risk=subject.verdict.number_risk,
            high_risk_resident=subject.resident.high_risk,
            matcher=holdings.matcher,
        )
        self._listenings: dict[Speaker, Listening] = {}
        self._since: float | None = None
        self._alert_id: str | None = None
        self._level = RiskLevel.NONE
        self._risk = RiskLevel.NONE, -math.inf  # by the last result
        self._scam_type: ScamType | None = None
        self._lines_sent = 0
        # Whose utterance raised the alert, up to which character, and when: its times are still estimates.
        self._untimed: tuple[Speaker, int, datetime] | None = None
        self._whispered = False
        self._whispering = False
        self._caller_ended = False
        self._over = False

    # --- sound and text --------------------------------------------------------------------------

    def hear(self, sound: Sound) -> None:
        """Pass a block on to its leg's listening."""
        if self._since is None:
            self._since = sound.at
        if sound.party not in self._listenings:
            ear = Ear(self.call_id, self._digest, self.rank, self._settle, self._note)
            self._listenings[sound.party] = Listening(self._desk.speech, sound.party, ear)
        self._listenings[sound.party].feed(sound)

    def rank(self, speaker: Speaker) -> Rank:
        """Return how much it matters to hear a leg: by the call's worst so far, then by what is said now."""
        level, risk = self._risk
        return Rank(Side[speaker.name], max(level, self._level), self._subject.verdict.number_risk, risk)

    async def finish(self) -> None:
        """The call is over: take what was still being recognised; nothing can be done in it any more."""
        self._over = True
        await asyncio.gather(*(listening.finish() for listening in self._listenings.values()))

    def _digest(self, speaker: Speaker, heard: Heard, origin: float) -> None:
        since = self._since or origin
        moved = heard.moved(round((origin - since) * 1000))
        judgement = self._session.hear(speaker, moved)
        self._risk = judgement.level, judgement.risk
        self._act(judgement, speaker, moved)
        if self._alert_id or self._desk.live_preview:
            self._show(speaker, moved, judgement)

    def _settle(self, speaker: Speaker, heard: Heard, origin: float) -> None:
        """What a lost stream had said of an utterance counts as said: it may be all there is of it."""
        self._digest(speaker, replace(heard, final=True), origin)

    def _show(self, speaker: Speaker, heard: Heard, judgement: Judgement) -> None:
        self._desk.show(
            LiveLine(
                call_id=self.call_id,
                at=self._desk.clock.now(),
                speaker=speaker,
                text=heard.text,
                final=heard.final,
                level=judgement.level,
                risk=judgement.risk,
                evidence=judgement.line_evidence,
            )
        )

    # --- what follows from it --------------------------------------------------------------------

    def _act(self, judgement: Judgement, speaker: Speaker, heard: Heard) -> None:
        if self._alert_id is None:
            if judgement.level >= ALERT_AT and judgement.scam_type is not None:
                self._alert(judgement)
                self._mark_untimed(judgement, speaker, heard)
        elif self._got_worse(judgement):
            self._rise(judgement)
        if self._alert_id is not None and len(judgement.transcript) > self._lines_sent:
            self._add_transcript(judgement, self._phrase_ended_at(speaker, heard))
        self._interfere()

    def _got_worse(self, judgement: Judgement) -> bool:
        """A higher level, or another type at the same: it may ask for a visit (R25) and another prompt."""
        other_type = judgement.level == self._level and judgement.scam_type is not self._scam_type
        return judgement.level > self._level or other_type

    def _mark_untimed(self, judgement: Judgement, speaker: Speaker, heard: Heard) -> None:
        if not heard.words:
            ends = [item.span[1] for item in judgement.line_evidence if item.contribution > 0]
            self._untimed = (speaker, max(ends, default=len(heard.text)), self._desk.clock.now())

    def _phrase_ended_at(self, speaker: Speaker, heard: Heard) -> datetime | None:
        """Once the utterance that raised the alert is final, its words have times.

        What was heard later, as other words in the same place, did not raise it.
        """
        if self._untimed is None or self._untimed[0] is not speaker or not heard.final:
            return None
        _, end, alerted_at = self._untimed
        self._untimed = None
        return min(alerted_at, self._instant(times_of(heard, (0, min(end, len(heard.text))))[1]))

    def _alert(self, judgement: Judgement) -> None:
        self._alert_id, self._level = self._desk.ids.new(), judgement.level
        self._lines_sent = len(judgement.transcript)
        scam_type = judgement.scam_type
        assert scam_type is not None  # noqa: S101 (asked by the caller)
        self._scam_type = scam_type
        self._desk.report(
            AlertRaised(
                id=f"{self._alert_id}:raised",
                at=self._desk.clock.now(),
                alert_id=self._alert_id,
                call_id=self.call_id,
                resident_id=self._subject.resident.resident_id,
                caller=self._subject.caller.value or None,
                scam_type=scam_type,
                level=judgement.level,
                number_risk=self._subject.verdict.number_risk,
                dialogue_risk=judgement.risk,
                call_started_at=_instant(self._subject.incoming.at),
                first_word_at=self._first_word_at(judgement),
                phrase_ended_at=self._instant(judgement.phrase_ended_ms or 0),
                listening_since=self._instant(0),
                evidence=judgement.evidence,
                transcript=judgement.transcript,
                phrasebook_version=self._phrasebook_version,
            )
        )

    def _rise(self, judgement: Judgement) -> None:
        if judgement.scam_type is None or self._alert_id is None:
            return
        self._level, self._scam_type = judgement.level, judgement.scam_type
        self._desk.report(
            AlertRose(
                id=self._desk.ids.new(),
                at=self._desk.clock.now(),
                alert_id=self._alert_id,
                call_id=self.call_id,
                scam_type=judgement.scam_type,
                level=judgement.level,
                dialogue_risk=judgement.risk,
                evidence=judgement.evidence,
            )
        )

    def _add_transcript(self, judgement: Judgement, phrase_ended_at: datetime | None) -> None:
        if self._alert_id is None:
            return
        lines = judgement.transcript[self._lines_sent :]
        self._lines_sent = len(judgement.transcript)
        self._desk.report(
            TranscriptAdded(
                id=self._desk.ids.new(),
                at=self._desk.clock.now(),
                alert_id=self._alert_id,
                call_id=self.call_id,
                lines=lines,
                evidence=judgement.evidence,
                first_word_at=self._first_word_at(judgement),
                phrase_ended_at=phrase_ended_at,
            )
        )

    def _first_word_at(self, judgement: Judgement) -> datetime | None:
        caller = (line.start_ms for line in judgement.transcript if line.speaker is Speaker.CALLER)
        first = next(caller, None)
        return None if first is None else self._instant(first)

    def _instant(self, call_ms: int) -> datetime:
        return _instant((self._since or 0.0) + call_ms / 1000)

    def _interfere(self) -> None:
        """Do what the policy wants at the call's level: whisper first, then end the caller's leg."""
        if self._over:
            return
        if not self._whispered and self._reached(self._policy.whisper_at):
            self._whisper()
        elif not (self._whispering or self._caller_ended) and self._reached(self._policy.hang_up_caller_at):
            self.hang_up_caller("policy")

    def _reached(self, threshold: RiskLevel | None) -> bool:
        return threshold is not None and self._level >= threshold

    def _whisper(self) -> None:
        self._whispered = self._whispering = True
        self.peer.send(Play(call_id=self.call_id, file=WHISPER, to=Speaker.RESIDENT, hold_peer=True))
        self._note(NoteKind.WHISPER_STARTED, "")

    def played(self, played: Played) -> None:
        """After the whisper the policy may end the caller's leg; after the announcement ours ends too."""
        if played.file == BLOCKED:
            self.peer.send(HangUp(call_id=self.call_id, party=Speaker.RESIDENT))
            return
        self._whispering = False
        self._note(NoteKind.WHISPER_ENDED, "")
        self._interfere()

    def hang_up_caller(self, cause: str) -> None:
        """End the caller's leg, tell the resident why, then end the call."""
        self._caller_ended = True
        self.peer.send(HangUp(call_id=self.call_id, party=Speaker.CALLER, keep_peer=True, cause=cause))
        self.peer.send(Play(call_id=self.call_id, file=BLOCKED, to=Speaker.RESIDENT))
        self._note(NoteKind.CALLER_HUNG_UP, cause)

    def obey(self, kind: CommandKind) -> None:
        """Do what an operator ordered; once the caller is gone there is nothing more to order."""
        if self._caller_ended:
            return
        if kind is CommandKind.WHISPER:
            self._whisper()
        else:
            self.hang_up_caller("operator")

    def _note(self, kind: NoteKind, detail: str) -> None:
        self._desk.report(
            CallNoted(
                id=self._desk.ids.new(),
                at=self._desk.clock.now(),
                call_id=self.call_id,
                kind=kind,
                detail=detail,
            )
        )


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
