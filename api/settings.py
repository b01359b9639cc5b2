"""Settings of the api process: where it listens, which rules nodes get, how long a login lasts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class ApiSettings(BaseModel):
    """What may be set about the api; every default works on one machine."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(default=8096, ge=0, le=65535)
    """TCP port; 0 takes a free one."""
    phrasebook: Path | None = None
    """YAML file that nodes judge by until a version is released; None: the shipped phrasebook."""
    speech_url: str = ""
    """Speech server, ws://HOST:PORT, that hears recordings tried against a phrasebook; empty: none does."""
    policy: Path | None = None
    """YAML file that plans warnings and is sent to the nodes; None: the shipped default."""
    live_preview: bool = False
    """Show live text of calls that have no alert (off by law unless the city decided so; on in the demo)."""
    due_work: bool = True
    """Run the due-work loop inside this process."""
    secure_cookies: bool = False
    """Send cookies over HTTPS only, whatever the scheme seen here; a request over HTTPS always does."""
    session_hours: float = Field(default=12.0, gt=0, le=72)
    """A login ends after this many hours."""
    login_attempts: int = Field(default=5, ge=1)
    """Wrong passwords allowed for an account from one address within `login_window_minutes`."""
    login_address_attempts: int = Field(default=100, ge=1)
    """Wrong passwords allowed from one address for all accounts within `login_window_minutes`."""
    login_window_minutes: float = Field(default=15.0, gt=0)
    public_posts: int = Field(default=20, ge=1)
    """Reports and removal requests taken without a login from one address within `public_window_minutes`."""
    public_window_minutes: float = Field(default=60.0, gt=0)
    removal_days: float = Field(default=10.0, gt=0)
    """A removal request is to be answered within this many days."""
    emergency_minutes: float = Field(default=90.0, gt=0, le=1440)
    """For so long every call passes to a resident who dialled 110 or 120."""
    list_keep_days: float = Field(default=730.0, ge=30)
    """Ended list entries, reports and answered removal requests go after so many days; what a rollback to the
    last ten versions of a list needs, and reports that count, stay."""
    poll_seconds: float = Field(default=10.0, gt=0, le=30)
    """A poll without work is answered after this long, s."""
    live_queue: int = Field(default=500, ge=10)
    """Messages held for one slow reader of the live feed; beyond that the oldest is dropped, counted."""
    max_body_bytes: int = Field(default=8 * 1024 * 1024, ge=1024)
    """Largest request body taken, bytes."""
    max_import_bytes: int = Field(default=200 * 1024 * 1024, ge=1024)
    """Largest list file taken, bytes as sent; a larger one is imported on the command line."""
    single_admin: bool = False
    """Whoever prepared a version of a number list may release it as well; the service's setting says so."""
    folder: Path | None = None
    """Where compiled number lists are kept. All api processes of one service must share it, those on other
    machines by a file system that locks between machines (NFS 4): else each names files to the nodes that the
    others do not have. None: a folder of the process's own that goes with it, for a process that is alone."""
    overlay_seconds: float = Field(default=2.0, gt=0, le=60)
    """What changes fast is read from the database for the nodes at most this often, s."""
    overlay_entries: int = Field(default=5000, ge=0, le=100_000)
    """List entries that may change before the list file is built anew."""
    time_zone: str = "Asia/Shanghai"
    """Zone in which the console shows times."""

    @property
    def session_length(self) -> timedelta:
        """How long a login lasts."""
        return timedelta(hours=self.session_hours)

    @property
    def list_keep(self) -> timedelta:
        """For how long number lists keep what is over."""
        return timedelta(days=self.list_keep_days)

    @property
    def login_window(self) -> timedelta:
        """For how long a wrong password counts."""
        return timedelta(minutes=self.login_window_minutes)

    @property
    def public_window(self) -> timedelta:
        """For how long a report from outside counts against its address."""
        return timedelta(minutes=self.public_window_minutes)
