"""vosk-server's messages: what is read out of them and what is refused."""

from __future__ import annotations

import pytest

from asr.errors import MessageError
from asr.protocol import Order, StreamConfig, check_pcm, is_final, read_answer, read_request
from contracts.speech import Word

pytestmark = pytest.mark.unit


def test_a_config_keeps_what_is_known_and_ignores_the_rest() -> None:
    read = read_request('{"config": {"sample_rate": 16000.0, "phrase_list": ["x"], "partial_words": true}}')
    assert read == StreamConfig(sample_rate=16000, partial_words=True, grammar=True)


def test_a_model_that_a_client_names_is_not_even_read() -> None:
    assert read_request('{"config": {"model": "/etc/passwd"}}') == StreamConfig()


@pytest.mark.parametrize("text", ['{"eof" : 1}', '{"eof": 1}'])
def test_the_end_is_understood_with_or_without_the_space(text: str) -> None:
    assert read_request(text) is Order.EOF


def test_an_end_of_zero_is_no_end() -> None:
    with pytest.raises(MessageError):
        read_request('{"eof": 0}')


@pytest.mark.parametrize("text", ["hello", "[1]", '"config"', "{}", '{"words": 1}', "", 60_000 * "["])
def test_text_where_pcm_is_due_closes_with_unsupported_data(text: str) -> None:
    with pytest.raises(MessageError) as caught:
        read_request(text)
    assert caught.value.close_code == 1003


@pytest.mark.parametrize("config", ['{"sample_rate": 44100}', '{"sample_rate": "fast"}', "7", "null"])
def test_a_config_that_cannot_be_met_closes_with_invalid_data(config: str) -> None:
    with pytest.raises(MessageError) as caught:
        read_request(f'{{"config": {config}}}')
    assert caught.value.close_code == 1007


def test_the_refusal_of_a_rate_names_the_field() -> None:
    with pytest.raises(MessageError, match=r"config\.sample_rate.*8000 or 16000"):
        read_request('{"config": {"sample_rate": 44100}}')


def test_an_odd_number_of_bytes_is_no_pcm() -> None:
    with pytest.raises(MessageError, match="3 bytes"):
        check_pcm(b"abc")


def test_a_final_answer_is_joined_and_timed_in_milliseconds() -> None:
    answer = read_answer(
        '{"result": [{"conf": 1.0, "start": 0.75, "end": 0.99, "word": "喂"},'
        ' {"conf": 1.0, "start": 0.99, "end": 1.4449, "word": "您好"}], "text": "喂 您好"}'
    )
    assert (answer.text, answer.final) == ("喂您好", True)
    assert answer.words == (Word("喂", 750, 990), Word("您好", 990, 1445))


def test_sounds_that_are_no_words_leave_no_characters() -> None:
    answer = read_answer(
        '{"partial": "[unk] 您好", "partial_result": [{"word": "[unk]", "start": 0, "end": 1}]}'
    )
    assert (answer.text, answer.words) == ("您好", ())


@pytest.mark.parametrize(
    ("result", "final"),
    [
        ('{\n  "partial" : ""\n}', False),
        ('{"partial": "喂", "partial_result": []}', False),
        ('{"text" : ""}', True),
        ('{"result": [{"word": "喂"}], "text": "喂"}', True),
    ],
)
def test_a_final_result_is_told_from_a_partial_one(result: str, *, final: bool) -> None:
    assert is_final(result) is final


@pytest.mark.parametrize("message", ["[]", "{}", "x", '{"text": "一", "result": [{"word": "一"}]}'])
def test_what_is_no_answer_is_a_value_error(message: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_answer(message)
