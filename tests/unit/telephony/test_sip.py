"""SIP text read: URIs, header fields, requests, final answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.outcome import Outcome
from telephony.sip import (
    BadSipUriError,
    SipUri,
    addr_spec,
    caller_of,
    identity_of,
    name_addr,
    outcome_of,
    parse_request,
    parse_uri,
)

pytestmark = pytest.mark.unit

INVITE = (
    "INVITE sip:13800000001@127.0.0.1:5060 SIP/2.0\r\n"
    "Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK1\r\n"
    "{fields}"
    "Content-Length: 0\r\n\r\n"
)


def request(*fields):
    return parse_request(INVITE.format(fields="".join(f"{field}\r\n" for field in fields)))


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:13800000001@10.0.0.1", SipUri("13800000001", "10.0.0.1", 5060)),
        ("sip:13800000001@pbx.test:5080", SipUri("13800000001", "pbx.test", 5080)),
        ("SIPS:a@pbx.test", SipUri("a", "pbx.test", 5060)),
        ("sip:10.0.0.1:5080", SipUri("", "10.0.0.1", 5080)),
        ("sip:a:secret@10.0.0.1", SipUri("a", "10.0.0.1", 5060)),
        ("sip:a@[2001:db8::1]:5080;transport=udp", SipUri("a", "[2001:db8::1]", 5080)),
        ("sip:a@10.0.0.1;transport=tcp?Subject=x", SipUri("a", "10.0.0.1", 5060)),
        ("<sip:a@10.0.0.1:5080>;tag=1", SipUri("a", "10.0.0.1", 5080)),
        ('"张三" <sip:a@10.0.0.1>;tag=1', SipUri("a", "10.0.0.1", 5060)),
        ("Li Si <sip:a@10.0.0.1>", SipUri("a", "10.0.0.1", 5060)),
        ("tel:+86-138-0000-0001;phone-context=+86", SipUri("+86-138-0000-0001", "", 5060)),
    ],
)
def test_a_uri_is_read_bare_or_in_a_name_addr(text, uri):
    assert parse_uri(text) == uri


@pytest.mark.parametrize("user", ["+8613800000001;npdi=yes", "13800000001;phone-context=+86", "1?2/3"])
def test_the_user_part_of_a_sip_uri_may_bear_parameters_of_a_telephone_number(user):
    # RFC 3261 19.1.6: as IP multimedia cores write it.
    assert parse_uri(f"sip:{user}@10.0.0.1;user=phone") == SipUri(user.partition(";")[0], "10.0.0.1", 5060)


def test_brackets_in_a_quoted_display_name_are_no_uri():
    assert parse_uri(r'"A <sip:b@x> \" <" <sip:a@10.0.0.1>').user == "a"


@pytest.mark.parametrize(
    "text",
    ["", "   ", "13800000001", "http://x", "urn:service:sos", "<>", "sip:", "tel:", "sip:a@", '"<sip:'],
)
def test_what_is_no_sip_uri_is_named(text):
    with pytest.raises(BadSipUriError, match="not a SIP URI"):
        parse_uri(text)


@pytest.mark.parametrize("port", ["0", "65536", "9" * 5000])
def test_a_port_that_no_host_has_is_no_sip_uri(port):
    with pytest.raises(BadSipUriError):
        parse_uri(f"sip:a@10.0.0.1:{port}")


@given(st.text() | st.from_regex(r"\"?[a <>]*\"? ?<?(sip|sips|tel):[^\n]*"))
def test_no_text_at_all_raises_anything_but_a_bad_uri(text):
    try:
        uri = parse_uri(text)
    except BadSipUriError:
        return
    assert 0 < uri.port < 65536


@given(st.text())
def test_every_text_can_be_read_as_a_request(text):
    parse_request(text)


def test_a_request_line_gives_method_and_uri():
    read = request()
    assert (read.method, read.uri) == ("INVITE", "sip:13800000001@127.0.0.1:5060")


def test_a_folded_header_is_joined():
    assert request("From: <sip:a@x>", "\t;tag=1").header("From") == "<sip:a@x> ;tag=1"


def test_a_compact_form_is_found_under_its_long_name():
    assert request("f: <sip:a@x>;tag=1").header("From", "f") == "<sip:a@x>;tag=1"


def test_header_names_know_no_case():
    assert request("x-changmao-CALL: c1").header("X-Changmao-Call") == "c1"


def test_the_first_of_two_fields_of_a_name_counts():
    assert request("X-A: 1", "X-A: 2").header("X-A") == "1"


def test_a_line_without_a_colon_is_left_out():
    assert request("nonsense", "X-A: 1").header("X-A") == "1"


def test_a_field_that_is_not_there_is_none():
    assert request().header("P-Asserted-Identity") is None


def test_no_header_is_read_out_of_a_body():
    assert parse_request("INVITE sip:a@x SIP/2.0\r\n\r\nX-A: 1\r\n").header("X-A") is None


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
def test_only_line_ends_of_sip_end_a_header_field(separator):
    read = request(f'From: "A{separator}X-Changmao-Call: 1" <sip:a@x>')
    assert read.header("X-Changmao-Call") is None


def test_the_asserted_identity_goes_before_from():
    # RFC 3325 9.1
    read = request("From: <sip:anonymous@anonymous.invalid>", "P-Asserted-Identity: <tel:+8619900000001>")
    assert caller_of(read) == "+8619900000001"


@pytest.mark.parametrize("field", ["X-A: 1", "From: nobody", "From: <>;tag=1", "f:"])
def test_a_caller_that_cannot_be_read_is_empty(field):
    assert caller_of(request(field)) == ""


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ('"张三" <sip:a@x>;tag=1', '"张三" <sip:a@x>'),
        ("<sip:a@x;user=phone>;tag=1", "<sip:a@x;user=phone>"),
        ("sip:a@x;tag=1", "<sip:a@x>"),
        ('"A > B" <sip:a@x>;tag=1', '"A > B" <sip:a@x>'),
        (r'"A \"<b>\"" <sip:a@x>;tag=1', r'"A \"<b>\"" <sip:a@x>'),
    ],
)
def test_a_leg_presents_the_callers_name_addr_without_its_tag(field, shown):
    assert name_addr(field) == shown


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (486, Outcome.BUSY),
        (600, Outcome.BUSY),
        (408, Outcome.UNREACHABLE),
        (487, Outcome.NO_ANSWER),
        (480, Outcome.UNREACHABLE),
        (404, Outcome.UNREACHABLE),
        (410, Outcome.INVALID_NUMBER),
        (484, Outcome.INVALID_NUMBER),
        (604, Outcome.INVALID_NUMBER),
        (603, Outcome.DECLINED),
        (302, Outcome.FORWARDED),
        (503, Outcome.FAILED),
        (0, Outcome.FAILED),
    ],
)
def test_a_final_answer_means_an_outcome(status, outcome):
    assert outcome_of(status) is outcome


@pytest.mark.parametrize(
    ("field", "uri"),
    [
        ("<sip:1@127.0.0.1:5070>;expires=60", "sip:1@127.0.0.1:5070"),
        ('"A <b>" <sip:1@127.0.0.1;transport=tcp>', "sip:1@127.0.0.1;transport=tcp"),
        ("sip:1@127.0.0.1:5070;expires=60", "sip:1@127.0.0.1:5070"),
    ],
)
def test_the_bare_uri_of_a_contact_keeps_its_port(field, uri):
    assert addr_spec(field) == uri


def test_only_what_says_who_calls_is_passed_on():
    request = parse_request(
        "INVITE sip:2@x SIP/2.0\r\nPrivacy: id\r\nSubject: hi\r\nDiversion: <sip:3@x>\r\n\r\n"
    )
    assert identity_of(request) == (("Privacy", "id"), ("Diversion", "<sip:3@x>"))
