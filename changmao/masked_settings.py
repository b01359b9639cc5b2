"""The settings in force as plain values, with secrets masked."""

from __future__ import annotations

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from changmao.settings import Settings

MASK = "***"


def masked_settings(settings: Settings) -> dict[str, object]:
    """Return nested tables of JSON values; the database URL without its password.

    `database_url`, `models_dir` and `single_admin` are what is in force, also where nobody set them.
    """
    values: dict[str, object] = settings.model_dump(mode="json")
    values["models_dir"] = str(settings.models)
    values["single_admin"] = settings.admin_alone
    values["database_url"] = MASK if settings.database_url_file else _without_password(settings.database)
    return values


def _without_password(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError:  # no telling where its password stands
        return MASK
    # A password may also stand in the query: libpq's ?password=
    kept = {key: MASK if "pass" in key.lower() else value for key, value in parsed.query.items()}
    return parsed.set(query=kept).render_as_string(hide_password=True).replace("%2A" * len(MASK), MASK)
