"""The phrasebook and the policy in force, as text for the nodes and as rules for ourselves."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from casework.policy import Policy, shipped_text
from contracts.errors import ConfigurationError
from screening.phrasebook import Phrasebook


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What nodes judge by and what plans warnings; checked when read, so that no node gets a broken one."""

    phrasebook_yaml: str
    policy_yaml: str
    policy: Policy

    @classmethod
    def read(cls, phrasebook: Path | None, policy: Path | None) -> Rulebook:
        """Read both files, or the shipped ones where None is given.

        Raises:
            ConfigurationError: a file cannot be read.
            BadInputError: a file's contents are no phrasebook or no policy.
        """
        phrases = _shipped_phrases() if phrasebook is None else _text("phrasebook", phrasebook)
        rules = shipped_text("default") if policy is None else _text("policy", policy)
        Phrasebook.parse(phrases)
        return cls(phrases, rules, Policy.parse(rules))


def _shipped_phrases() -> str:
    return files("screening").joinpath("phrases.yaml").read_text(encoding="utf-8")


def _text(setting: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(
            f"setting api.{setting}: {path} cannot be read ({reason}); name a readable YAML file"
        ) from error
