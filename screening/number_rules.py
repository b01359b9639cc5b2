"""The rule chain over a caller's number: from the exact entries down to the default, each step on record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from blacklists.lists import ALLOW, POLICE, PROTECTED, NumberLists
from contracts.node_api import ListEntry
from contracts.phone import PhoneNumber
from contracts.verdict import Action, RuleStep, Verdict
from screening.number_signs import RISKS, Sign, TrunkFacts, is_protected, signs_of

_POLICE_RISK = 1.0
_LISTED_RISK = 0.8
_PREFIX_RISK = 0.6
# From here on a sign alone makes a call worth listening to.
_MONITORED_RISK = 0.5
_IMITATIONS = {Sign.SPOOF, Sign.FOREIGN_TRUNK}
_SEVERITY = tuple(Action)
_SPECIAL = {PROTECTED, ALLOW, POLICE}


@dataclass(frozen=True, slots=True)
class _Question:
    number: PhoneNumber
    signs: tuple[Sign, ...]
    exact: tuple[ListEntry, ...]
    prefixes: tuple[ListEntry, ...]
    unlisted: Action

    @property
    def imitation(self) -> Sign | None:
        return next((sign for sign in self.signs if sign in _IMITATIONS), None)


@dataclass(frozen=True, slots=True)
class _Finding:
    step: RuleStep
    action: Action | None = None
    """None: the chain goes on."""
    risk: float = 0.0


def judge_number(
    number: PhoneNumber,
    trunk: TrunkFacts,
    lists: NumberLists,
    now: datetime,
    unlisted: Action,
) -> Verdict:
    """Walk the chain and return what to do with a call from this number.

    The first rule with an action ends the walk; all steps taken are in the verdict's `rules`. `unlisted` is
    the default for numbers nothing is known of. `now` (aware) decides which entries have expired.
    """
    question = _Question(
        number,
        signs_of(number, trunk),
        lists.find_exact(number, now),
        lists.find_prefix(number, now),
        unlisted,
    )
    findings = tuple(_walk(question))
    last = findings[-1]
    return Verdict(
        action=last.action or unlisted,
        number_risk=last.risk,
        rules=tuple(finding.step for finding in findings),
        list_version=lists.version,
    )


def _walk(question: _Question) -> Iterator[_Finding]:
    for rule in _CHAIN:
        finding = rule(question)
        yield finding
        if finding.action is not None:
            return


def _protected(question: _Question) -> _Finding:
    entry = _in_lists(question.exact, {PROTECTED})
    if not (entry or is_protected(question.number)):
        return _no_match("protected")
    return _unless_imitated(question, "protected", entry, Action.PASS)


def _exact_allow(question: _Question) -> _Finding:
    if not (entry := _in_lists(question.exact, {ALLOW})):
        return _no_match("exact_allow")
    return _unless_imitated(question, "exact_allow", entry, entry.action)


def _police(question: _Question) -> _Finding:
    # An exact entry speaks before a prefix, and among prefixes the longest.
    entry = _in_lists(question.exact + question.prefixes, {POLICE})
    return _listed("police", entry, entry.action, _POLICE_RISK) if entry else _no_match("police")


def _prefix(question: _Question) -> _Finding:
    entry = next((entry for entry in question.prefixes if entry.list not in {POLICE, PROTECTED}), None)
    if entry is None:
        return _no_match("prefix")
    if entry.action is Action.PASS:
        return _unless_imitated(question, "prefix", entry, Action.PASS)
    return _listed("prefix", entry, entry.action, max(_PREFIX_RISK, _sign_risk(question)))


def _score(question: _Question) -> _Finding:
    listed = [entry for entry in question.exact if entry.list not in _SPECIAL]
    if not listed:
        return _no_match("score")
    entry = max(listed, key=lambda entry: _SEVERITY.index(entry.action))
    # A score alone never rejects or diverts: the most it does is to listen.
    action = min(entry.action, Action.MONITOR, key=_SEVERITY.index)
    return _listed("score", entry, action, max(_LISTED_RISK, _sign_risk(question)))


def _signs(question: _Question) -> _Finding:
    if not question.signs:
        return _no_match("class")
    step = RuleStep(rule="class", matched=True, reason=", ".join(question.signs))
    if (risk := _sign_risk(question)) < _MONITORED_RISK:
        return _Finding(step, None, risk)
    # A default stricter than listening is not softened by a bad sign.
    return _Finding(step, max(Action.MONITOR, question.unlisted, key=_SEVERITY.index), risk)


def _default(question: _Question) -> _Finding:
    step = RuleStep(rule="default", matched=True, reason="nothing that decides is known of this number")
    return _Finding(step, question.unlisted, _sign_risk(question))


_CHAIN: tuple[Callable[[_Question], _Finding], ...] = (
    _protected,
    _exact_allow,
    _police,
    _prefix,
    _score,
    _signs,
    _default,
)


def _in_lists(entries: Iterable[ListEntry], names: set[str]) -> ListEntry | None:
    return next((entry for entry in entries if entry.list in names), None)


def _unless_imitated(question: _Question, rule: str, entry: ListEntry | None, action: Action) -> _Finding:
    if imitation := question.imitation:
        return _Finding(_step(rule, entry, matched=False, reason=f"not believed: {imitation}"))
    return _Finding(_step(rule, entry, matched=True, reason=entry.category if entry else None), action)


def _listed(rule: str, entry: ListEntry, action: Action, risk: float) -> _Finding:
    return _Finding(_step(rule, entry, matched=True, reason=entry.category), action, risk)


def _step(rule: str, entry: ListEntry | None, *, matched: bool, reason: str | None) -> RuleStep:
    return RuleStep(
        rule=rule,
        matched=matched,
        entry=entry.id if entry else None,
        list=entry.list if entry else None,
        reason=reason,
    )


def _no_match(rule: str) -> _Finding:
    return _Finding(RuleStep(rule=rule, matched=False))


def _sign_risk(question: _Question) -> float:
    return max((RISKS[sign] for sign in question.signs), default=0.0)
