"""When a stream that broke off is opened again: at once, then later and later."""

from __future__ import annotations

import pytest

from telephony.controller.patience import Patience
from telephony.controller.retries import Retries

pytestmark = pytest.mark.unit

PATIENCE = Patience()


def pauses(*lasted_s):
    retries = Retries(PATIENCE)
    return [retries.pause_s(each) for each in lasted_s]


def test_after_the_first_loss_there_is_no_pause():
    assert pauses(3600.0) == [0]


def test_a_server_that_cannot_be_reached_is_asked_every_second_at_the_latest():
    assert pauses(*[None] * 7) == pytest.approx([0, 0.2, 0.4, 0.8, 1, 1, 1])


def test_a_server_that_closes_at_once_is_asked_more_and_more_seldom():
    assert pauses(*[0.1] * 9) == pytest.approx([0, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10, 10])


def test_a_stream_that_lasted_ends_the_row_of_failures():
    assert pauses(None, None, PATIENCE.lasting_s)[-1] == 0


def test_the_first_loss_at_a_server_that_was_long_away_is_not_one_more_of_that_row():
    assert pauses(*[None] * 7, 0.1)[-1] == 0


def test_a_server_that_is_away_again_is_asked_at_once_only_by_a_leg_that_it_has_never_heard():
    assert pauses(PATIENCE.lasting_s, None, None) == pytest.approx([0, 0.2, 0.4])


def test_streams_that_hardly_begin_are_one_row_whatever_is_between_them():
    assert pauses(0.1, None, 0.1, None, 0.1)[::2] == pytest.approx([0, 0.2, 0.4])
