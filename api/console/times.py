"""Times as people of the site read them: the site's zone, and how long is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.errors import ConfigurationError


class SiteTime:
    """Writes instants (aware, UTC in the store) in one zone."""

    def __init__(self, zone: str) -> None:
        try:
            self._zone = ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ConfigurationError(
                f"setting api.time_zone: {zone!r} is no time zone known here; write one like Asia/Shanghai"
            ) from error

    def full(self, at: datetime | None) -> str:
        """Return date and time to the second; a dash for none."""
        return at.astimezone(self._zone).strftime("%m-%d %H:%M:%S") if at else "—"

    def clock(self, at: datetime | None) -> str:
        """Return the time to the millisecond (R7); a dash for none."""
        return at.astimezone(self._zone).strftime("%H:%M:%S.%f")[:-3] if at else "—"


def left(deadline: datetime, now: datetime) -> str:
    """Return in words how long is left until a deadline, or how long it has been missed."""
    late = deadline < now
    return f"已超时 {_words(now - deadline)}" if late else f"剩余 {_words(deadline - now)}"


def offset(ms: int) -> str:
    """Return an offset into a call as minutes and seconds: 01:07."""
    return f"{ms // 60_000:02d}:{ms // 1000 % 60:02d}"


def _words(span: timedelta) -> str:
    minutes = int(span.total_seconds()) // 60
    if minutes < 1:
        return "不到 1 分钟"
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} 小时 {minutes} 分钟" if hours < 48 else f"{hours // 24} 天"
