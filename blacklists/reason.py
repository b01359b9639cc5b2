"""Why a pattern or a line of a list file is refused or flagged: a stable code with the parts of its words."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from contracts.errors import BadInputError


class Why(StrEnum):
    """The codes; before the point stands what is looked at: a pattern, a cell, a line, a row or a block."""

    PLAIN = "plain"
    """Words alone, as they were kept before there were codes."""

    PATTERN_LENGTH = "pattern.length"
    NO_NUMBER = "pattern.no_number"
    NO_PREFIX = "pattern.no_prefix"
    ONE_DIGIT = "pattern.one_digit"
    NO_BEGINNING = "pattern.no_beginning"
    TOO_MANY_DIGITS = "pattern.too_many_digits"
    WHOLE_CHINA = "pattern.whole_china"
    ZERO_TOO_MANY = "pattern.zero_too_many"
    CODE_BEHIND_86 = "pattern.code_behind_86"
    NO_COUNTRY = "pattern.no_country"
    MANY_COUNTRIES = "pattern.many_countries"
    TOO_MANY_DIGITS_ABROAD = "pattern.too_many_digits_abroad"
    NO_RANGE = "pattern.no_range"
    RANGE_OF_LENGTHS = "pattern.range_of_lengths"
    RANGE_BACKWARDS = "pattern.range_backwards"
    RANGE_TOO_WIDE = "pattern.range_too_wide"

    EMPTY_PATTERN = "cell.empty_pattern"
    PATTERN_FORMULA = "cell.pattern_formula"
    PATTERN_LETTERS = "cell.pattern_letters"
    NO_KIND = "cell.no_kind"
    NO_ACTION = "cell.no_action"
    EMPTY_CATEGORY = "cell.empty_category"
    TOO_LONG = "cell.too_long"
    CONTROL_CHARACTER = "cell.control_character"
    FORMULA = "cell.formula"
    NO_TIME = "cell.no_time"
    TIME_WITHOUT_ZONE = "cell.time_without_zone"
    TIME_OUT_OF_RANGE = "cell.time_out_of_range"
    ENDS_FIRST = "cell.ends_first"
    PHONE_NO_TEXT = "cell.phone_no_text"
    VOTES_NO_NUMBER = "cell.votes_no_number"
    NO_RATING = "cell.no_rating"

    OPEN_QUOTE = "line.open_quote"
    FIELD_COUNT = "line.field_count"
    LINE_TOO_LONG = "line.too_long"
    NOT_UTF_8 = "line.not_utf_8"

    SAME = "row.same"
    CONTRADICTS = "row.contradicts"
    EXPIRED = "row.expired"
    CLEARED = "row.cleared"
    AGAINST_CODE = "row.against_code"

    COVERS_CLEARED = "block.covers_cleared"
    COVERS_CODES = "block.covers_codes"
    COVERS_COUNTRY = "block.covers_country"
    COVERS_MANY = "block.covers_many"
    COVERS_NUMBERS = "block.covers_numbers"
    LIES_WITHIN = "block.lies_within"
    CROSSES = "block.crosses"


ENGLISH: Mapping[Why, str] = {
    Why.PLAIN: "{text}",
    Why.PATTERN_LENGTH: "{text} has {length} characters; give at most {most}",
    Why.NO_NUMBER: "{text} is no number; give a full number or a short code",
    Why.NO_PREFIX: "{text} is no prefix; give leading digits such as 0086170, 0536 or 400",
    Why.ONE_DIGIT: "{text} alone is too wide; give at least two digits, such as 95, 17 or 400",
    Why.NO_BEGINNING: "{text} begins no number; write an area code with its 0, such as 0536",
    Why.TOO_MANY_DIGITS: "{text} has more digits than any number; give fewer",
    Why.WHOLE_CHINA: "{text} is a whole country or more; give at least two digits behind 86, such as 0086170"
    " or 0536",
    Why.ZERO_TOO_MANY: "{text} has a 0 too many; give the digits behind 86 without one, such as 0086536",
    Why.CODE_BEHIND_86: "{text} begins no number; give a short code without 86, such as 110",
    Why.NO_COUNTRY: "{text} names no country; give a country code, such as 00855",
    Why.MANY_COUNTRIES: "{text} is many whole countries; give the whole country code at least, such as 00855",
    Why.TOO_MANY_DIGITS_ABROAD: "{text} has more than {most} digits; give fewer",
    Why.NO_RANGE: "{text} is no range; give LOW..HIGH, both full numbers",
    Why.RANGE_OF_LENGTHS: "{text}: the two numbers must have as many digits; give LOW..HIGH of one kind",
    Why.RANGE_BACKWARDS: "{text}: the first number is the higher one; give LOW..HIGH",
    Why.RANGE_TOO_WIDE: "{text}: more than a thousand million numbers; give a narrower range",
    Why.EMPTY_PATTERN: "pattern: empty; give a number, leading digits or LOW..HIGH",
    Why.PATTERN_FORMULA: "pattern: a formula or a control character; give digits",
    Why.PATTERN_LETTERS: "pattern: {text} has letters in it; give digits (as text, not 1.38E+10)",
    Why.NO_KIND: "kind: {text} is none; give exact, prefix or range",
    Why.NO_ACTION: "action: {text} is none; give {actions}, or one of them after shadow:",
    Why.EMPTY_CATEGORY: "category: empty; say what the numbers are listed for",
    Why.TOO_LONG: "{column}: longer than {most} characters; shorten it",
    Why.CONTROL_CHARACTER: "{column}: holds a control character; take it out",
    Why.FORMULA: "{column}: begins with {text} like a formula; put an apostrophe before it",
    Why.NO_TIME: "{column}: {text} is no date and no time; write 2026-03-01 or 2026-03-01T08:00:00+08:00",
    Why.TIME_WITHOUT_ZONE: "{column}: {text} has no zone; add one such as +08:00, or give the date alone",
    Why.TIME_OUT_OF_RANGE: "{column}: {text} is out of range; give a time from 1970 to 9999",
    Why.ENDS_FIRST: "expires_at: is not after valid_from; give a later one, or leave one of the two empty",
    Why.PHONE_NO_TEXT: "phone: is no text; give a number",
    Why.VOTES_NO_NUMBER: "votes: is no whole number; give one",
    Why.NO_RATING: "rating: {text} is none; there are {ratings}",
    Why.OPEN_QUOTE: "a quotation mark is not closed, or text follows it; close it at the end of the field,"
    " and double one within",
    Why.FIELD_COUNT: "has {fields} fields, the header {columns}; put a field that holds a delimiter in"
    " quotation marks, or take out what is too much",
    Why.LINE_TOO_LONG: "longer than {most} bytes; shorten it",
    Why.NOT_UTF_8: "not UTF-8 at byte {place} of the line; save the file as UTF-8 or as GB18030, all of it",
    Why.SAME: "same as line {line}, which is taken",
    Why.CONTRADICTS: "contradicts line {line}, which is taken",
    Why.EXPIRED: "expired on arrival, at {time}",
    Why.CLEARED: "cleared by removal request {request} on {day}; add it by hand with `lists add` if it must"
    " come back",
    Why.AGAINST_CODE: "{number} is a protected code ({holder}): {action} contradicts that; calls that really"
    " come from it pass all the same",
    Why.COVERS_CLEARED: "{kind} {pattern} covers {count} numbers cleared by decision, first by removal"
    " request {request} on {day}",
    Why.COVERS_CODES: "{kind} {pattern} covers {count} protected codes, the first {number} ({holder}): calls"
    " that really come from them pass all the same",
    Why.COVERS_COUNTRY: "prefix {pattern} is every number of a country or service ({regions})",
    Why.COVERS_MANY: "{kind} {pattern} covers up to {millions} million numbers; give more digits, or a"
    " narrower range, if fewer are meant",
    Why.COVERS_NUMBERS: "{kind} {pattern} covers {count} single numbers of the file with another action, the"
    " first in line {line}: those speak before it",
    Why.LIES_WITHIN: "{kind} {pattern} lies within {other_kind} {other_pattern} of line {line}, which has"
    " another action: the smaller one speaks first",
    Why.CROSSES: "{kind} {pattern} crosses {other_kind} {other_pattern} of line {line}, which has another"
    " action: the smaller one speaks first; give ranges that do not cross",
}


class Reason(NamedTuple):
    """Why something is refused or flagged; as a text it is in English."""

    why: Why
    parts: Mapping[str, str | int]
    """What stands in the words: what was given (quoted and shortened), names, counts, lines."""

    def __str__(self) -> str:
        return ENGLISH[self.why].format_map(self.parts)


class ReasonedError(BadInputError):
    """Something cannot be used, and the reason can be told in any language."""

    def __init__(self, why: Why, **parts: str | int) -> None:
        self.reason = Reason(why, parts)
        super().__init__(str(self.reason))
