"""Entity tags: what is in force has a version, and who knows it already is not sent it again."""

from __future__ import annotations


def etag_header(version: str) -> dict[str, str]:
    """Return the headers that name a version and let it be kept, to be asked after each time."""
    return {"ETag": f'"{version}"', "Cache-Control": "private, no-cache"}


def is_known(if_none_match: str, version: str) -> bool:
    """Tell whether an If-None-Match header names a version (RFC 9110 section 13.1.2)."""
    tags = {tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(",")}
    return version in tags or "*" in tags
