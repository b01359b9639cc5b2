"""The worker's end of the link: never blocks, forgets sound before it forgets a message."""

from __future__ import annotations

import socket
import time
from collections import deque
from pathlib import Path

from pydantic import BaseModel, ValidationError

from telephony.link.framing import BadFrameError, FrameReader, Sound, encode_message, encode_sound
from telephony.link.messages import CONTROLLER_MESSAGE, FromController

RETRY_S = 0.2
HELD_MESSAGES = 10_000
"""While the controller is away; older ones are dropped first, and counted, past that."""
HELD_SOUNDS = 200
"""20 s of one leg; older blocks are dropped first, and counted."""


class ControllerLink:
    """A Unix stream socket to the controller, connected again and again."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._socket: socket.socket | None = None
        self._retry_at = 0.0
        self._reader = FrameReader()
        self._messages: deque[bytes] = deque()
        self._sounds: deque[Sound] = deque()
        self._sending = b""
        self._sending_is_message = False
        self._sent = 0
        self.messages_dropped = 0
        self.sounds_dropped = 0

    @property
    def connected(self) -> bool:
        """A controller is there."""
        return self._socket is not None

    def tell(self, message: BaseModel) -> None:
        """Send a control message, now or when the controller is back."""
        if len(self._messages) >= HELD_MESSAGES:
            self._messages.popleft()
            self.messages_dropped += 1
        self._messages.append(encode_message(message))

    def hear(self, sound: Sound) -> None:
        """Send a block of sound if the controller keeps up."""
        if len(self._sounds) >= HELD_SOUNDS:
            self._sounds.popleft()
            self.sounds_dropped += 1
        self._sounds.append(sound)

    def reconnect(self, greeting: list[BaseModel]) -> bool:
        """Connect if it is time to; True on a new connection, on which the greeting goes first."""
        if self._socket is not None or time.monotonic() < self._retry_at:
            return False
        self._retry_at = time.monotonic() + RETRY_S
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(str(self._path))
        except OSError:
            connection.close()
            return False
        connection.setblocking(False)
        self._socket = connection
        self._reader = FrameReader()
        self._sounds.clear()
        self._messages.extendleft(encode_message(message) for message in reversed(greeting))
        return True

    def receive(self) -> list[FromController]:
        """Return what came; a lost or foreign peer ends the connection."""
        if self._socket is None:
            return []
        try:
            return self._receive(self._socket)
        except (OSError, BadFrameError, ValidationError):
            self._lose()
            return []

    def send(self) -> None:
        """Send what waits, as far as the controller takes it."""
        if self._socket is None:
            return
        try:
            self._send(self._socket)
        except OSError:
            self._lose()

    def _receive(self, connection: socket.socket) -> list[FromController]:
        messages: list[FromController] = []
        while True:
            try:
                data = connection.recv(65536)
            except BlockingIOError:
                return messages
            if not data:
                raise ConnectionResetError
            bodies = (body for body in self._reader.feed(data) if isinstance(body, bytes))
            messages.extend(CONTROLLER_MESSAGE.validate_json(body) for body in bodies)

    def _send(self, connection: socket.socket) -> None:
        while self._next_frame():
            try:
                self._sent += connection.send(self._sending[self._sent :])
            except BlockingIOError:
                return

    def _next_frame(self) -> bool:
        if self._sent < len(self._sending):
            return True
        self._sent = 0
        if self._messages:
            self._sending, self._sending_is_message = self._messages.popleft(), True
        elif self._sounds:
            self._sending, self._sending_is_message = encode_sound(self._sounds.popleft()), False
        else:
            self._sending = b""
        return bool(self._sending)

    def _lose(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        # A message cut in half is sent again as a whole; a block of sound is not worth it.
        if self._sending_is_message and self._sent < len(self._sending):
            self._messages.appendleft(self._sending)
        self._sending, self._sent = b"", 0
