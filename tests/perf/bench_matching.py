"""Matching phrases in what was just recognised, beside comparing its characters with every wording."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import cycle, islice

from rapidfuzz import fuzz, process

from contracts.evidence import Speaker
from contracts.speech import Heard
from screening.matcher import Matcher
from screening.phrase import SLOT
from screening.phrasebook import Phrasebook
from screening.session import ScreeningSession
from screening.utterance import Utterance
from tests.perf.benchmark import Latency, Options, Result, latency_of
from tests.perf.invented_talk import Told, enlarged, told, with_classes

_PHRASES, _WORDINGS = 1000, 9000
_CLASSES = 300, 40, 30
"""Wordings, classes, and words of each class."""
_MOST_RESULTS = 20_000
# Comparing characters with every wording takes so much longer that fewer must do.
_MOST_PLAIN = 1_000
_PLAIN_CUTOFF = 80
# As many as there are rounds: a round of a few left over would be the quietest.
_ROUNDS = 20
_SIZES = (20, 50, 100, 200)
_RESULTS_OF_A_CALL = 200
_MS_PER_RESULT = 400


def run(options: Options) -> Iterable[Result]:
    """Tell what a recogniser would to the shipped phrasebook, with word classes more, and twice as large."""
    talk = list(islice(told(), min(options.lookups, _MOST_RESULTS)))
    shipped = Phrasebook.shipped()
    budgets = {"partial_p99_us": 2000.0, "matching_p99_us": 500.0, "session_p99_us": 2000.0}
    yield _measured("matching_shipped", shipped, talk, budgets)
    yield _measured("matching_classes", with_classes(shipped, *_CLASSES), talk, budgets)
    yield _measured("matching_large", enlarged(shipped, _PHRASES, _WORDINGS), talk, {})


def _measured(
    name: str, phrasebook: Phrasebook, talk: Sequence[Told], budgets: Mapping[str, float]
) -> Result:
    matcher = Matcher(phrasebook)
    ours = {
        "partial": _heard(matcher, talk, final=False),
        "matching": _matched(matcher, talk),
        "final": _heard(matcher, talk, final=True),
        "session": _judged(phrasebook, matcher, talk),
    } | {f"text_of_{size}": _found(matcher, talk, size) for size in _SIZES}
    wordings = [wording.replace(SLOT, "") for phrase in phrasebook.phrases for wording in phrase.wordings]
    plain = _compared(wordings, talk)
    everything = (ours | {"plain": plain}).items()
    return Result(
        name,
        {"phrases": len(phrasebook.phrases), "wordings": len(wordings), "results": len(talk)},
        {key: value for name, took in everything for key, value in took.figures(name).items()},
        {
            "partial_to_plain_p50": ours["partial"].p50 / plain.p50,
            "partial_to_plain_p99": ours["partial"].p99 / plain.p99,
            "matching_to_plain_p50": ours["matching"].p50 / plain.p50,
        },
        budgets,
    )


def _heard(matcher: Matcher, talk: Sequence[Told], *, final: bool) -> Latency:
    """Time the utterances' partials or finals, reading included."""
    asked = _asked(matcher, talk, final=final)
    count = _whole_rounds(sum(result.final is final for result in talk))
    return latency_of(lambda question: question[0].hear(question[1]), lambda _: next(asked), count)


def _matched(matcher: Matcher, talk: Sequence[Told]) -> Latency:
    """Time the matching of partials that are read already."""
    asked = ((utterance, utterance.read(text)) for utterance, text in _asked(matcher, talk, final=False))
    count = _whole_rounds(sum(not result.final for result in talk))
    return latency_of(lambda question: question[0].match(question[1]), lambda _: next(asked), count)


def _whole_rounds(count: int) -> int:
    return count - count % _ROUNDS


def _asked(matcher: Matcher, talk: Sequence[Told], *, final: bool) -> Iterator[tuple[Utterance, str]]:
    """Yield the text of each partial or final, with the utterance that has heard all before it."""
    utterance = matcher.utterance(Speaker.CALLER)
    for result in talk:
        if result.first:
            utterance = matcher.utterance(result.speaker)
        if result.final is final:
            yield utterance, result.text
        else:
            utterance.hear(result.text)


def _judged(phrasebook: Phrasebook, matcher: Matcher, talk: Sequence[Told]) -> Latency:
    """Time whole judgements, in calls of a minute and a half."""
    calls = [_new_session(phrasebook, matcher) for _ in range(0, len(talk), _RESULTS_OF_A_CALL)]

    def ask(n: int) -> Callable[[], object]:
        session, told = calls[n // _RESULTS_OF_A_CALL], talk[n]
        at_ms = n % _RESULTS_OF_A_CALL * _MS_PER_RESULT
        heard = Heard(told.text, told.final, at_ms, at_ms + _MS_PER_RESULT)
        return lambda: session.hear(told.speaker, heard)

    return latency_of(lambda hear: hear(), ask, _whole_rounds(len(talk)))


def _new_session(phrasebook: Phrasebook, matcher: Matcher) -> ScreeningSession:
    return ScreeningSession(phrasebook, number_risk=0.0, high_risk_resident=False, matcher=matcher)


def _found(matcher: Matcher, talk: Sequence[Told], size: int) -> Latency:
    """Time whole texts of so many characters, heard at once."""
    characters = cycle("".join(result.text for result in talk if result.final))
    return latency_of(
        lambda text: matcher.find(text, Speaker.CALLER),
        lambda _: "".join(islice(characters, size)),
        min(_MOST_PLAIN, _whole_rounds(len(talk))),
    )


def _compared(wordings: Sequence[str], talk: Sequence[Told]) -> Latency:
    """Time how long it takes to compare the characters of partials with those of every wording."""
    partials = [result.text for result in talk if not result.final]
    count = min(_MOST_PLAIN, _whole_rounds(len(talk)))
    return latency_of(
        lambda text: process.extract(
            text, wordings, scorer=fuzz.partial_ratio, score_cutoff=_PLAIN_CUTOFF, limit=None
        ),
        lambda n: partials[n * len(partials) // count],
        count,
    )
