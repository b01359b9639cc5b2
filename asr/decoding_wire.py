"""The frames between the speech server and the processes that decode for it, over a Unix stream socket."""

from __future__ import annotations

import struct
from enum import IntEnum

REQUEST = struct.Struct("!IBI")
"""Stream, order, bytes of content that follow."""
ANSWER = struct.Struct("!ddI?I")
"""Seconds of processor, seconds of audio past the gate, recognisers retired, whether the stream is lost,
bytes of text that follow: the result, or why it is lost.

Answers come in the order of their requests, one each.
"""


class DecodingOrder(IntEnum):
    """What a process is asked to do."""

    OPEN = 1
    """Content: a StreamConfig as JSON."""
    FEED = 2
    """Content: PCM16 LE."""
    FINISH = 3
    """Answer with the result of all that was fed; the stream goes on."""
    CLOSE = 4
    """Forget the stream."""
