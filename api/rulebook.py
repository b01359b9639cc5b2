"""The phrasebook that no release has replaced yet and the policy in force, checked when read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from casework.policy import Policy, shipped_text
from contracts.errors import ConfigurationError
from screening.phrasebook import Phrasebook
from screening.phrasebook import shipped_text as shipped_phrases


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Rules that come as files; checked when read, so that no node gets a broken one."""

    original_phrasebook: str
    """Version 0, YAML: in force until another is released."""
    policy_yaml: str
    policy: Policy

    @classmethod
    def read(cls, phrasebook: Path | None, policy: Path | None) -> Rulebook:
        """Read both files, or the shipped ones where None is given.

        Raises:
            ConfigurationError: a file cannot be read.
            BadInputError: a file's contents are no phrasebook or no policy.
        """
        rules = shipped_text("default") if policy is None else _text("policy", policy)
        return cls(read_phrasebook(phrasebook), rules, Policy.parse(rules))


def read_phrasebook(phrasebook: Path | None) -> str:
    """Return the YAML of version 0 of the phrasebook; None is the shipped one. Raises as `Rulebook.read`."""
    if phrasebook is None:
        return shipped_phrases()
    phrases = _text("phrasebook", phrasebook)
    Phrasebook.parse(phrases)  # Nodes would refuse a broken one; better that we do not start.
    return phrases


def _text(setting: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"setting api.{setting}: {path} cannot be read ({reason}); name a readable YAML file"
        ) from error
