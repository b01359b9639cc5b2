"""How long a node bears with its speech servers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from asr.client import StreamLimits

_BRISK = StreamLimits(open_within=timedelta(seconds=1.5), patience=timedelta(seconds=1.5))
_PATIENT = StreamLimits()


@dataclass(frozen=True, slots=True)
class Patience:
    """By when legs are lost and found, refused and placed again."""

    # --- of one leg ------------------------------------------------------------------------------
    retry_s: float = 0.1
    """Until the second try; then twice as long, and so on."""
    longest_retry_s: float = 1.0
    """A server that came back is heard of within 2 s: this, and the time to open a stream."""
    lasting_s: float = 5.0
    """A stream that broke off sooner had hardly begun."""
    longest_short_lived_retry_s: float = 10.0
    """After streams that opened and broke off at once, again and again."""
    no_place_s: float = 0.5
    """Until a leg without a place asks for one again."""
    last_result_s: float = 5.0
    """For the last result, once the leg is gone."""
    longest_gap_s: float = 1.0
    """Of sound that could not wait for the server and is silence to it; after more it is left."""
    with_a_choice: StreamLimits = _BRISK
    """Where there is another server: a leg is heard on within 2 s."""
    without: StreamLimits = _PATIENT
    """The only server may be slow on a busy machine: a new stream makes it slower."""

    # --- of a server -----------------------------------------------------------------------------
    late_ms: float = 1500
    """A leg further behind than this is heard too late for a word in time."""
    late_for_s: float = 3.0
    """So long it must be late: after a reconnection there are 2 s to catch up on, with a cold recogniser."""
    settle_s: float = 2.0
    """After a leg gave way: until its place is free at the server, or the others have caught up."""
    full_growth_s: float = 0.5
    """A server that refused one is tried with one more after this; then with two, with four."""
    first_late_growth_s: float = 5.0
    last_late_growth_s: float = 60.0
    """One that fell behind gets one more after the first; where it falls behind again, twice as late."""
    doubt_s: float = 5.0
    """A server that was lost is not asked for so long where there is another."""
