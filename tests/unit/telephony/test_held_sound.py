"""The last 2 s of a leg's sound: taken in order, heard again by the next stream, holes filled."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from telephony.controller.held_sound import HELD_BLOCKS, HeldSound
from telephony.link.framing import Sound
from tests.fixtures.played_leg import BLOCK_BYTES, START, block, blocks_in

pytestmark = pytest.mark.unit


def held_with(*numbers: int) -> HeldSound:
    held = HeldSound()
    for number in numbers:
        held.feed(block(number))
    return held


def taken(held: HeldSound) -> list[int]:
    """Take all that waits."""
    return blocks_in(b"".join(held.take() for _ in range(held.waiting)))


def test_blocks_are_taken_in_the_order_they_came():
    held = held_with(0, 1, 2)
    held.rewind()
    assert taken(held) == [0, 1, 2]


def test_a_new_stream_hears_again_what_was_taken():
    held = held_with(0, 1, 2)
    held.rewind()
    taken(held)
    assert (held.rewind(), taken(held)) == (START, [0, 1, 2])


def test_a_new_stream_hears_two_seconds_at_most():
    held = held_with(*range(50))
    assert (held.rewind(), len(taken(held))) == (START + 3.0, HELD_BLOCKS)


def test_what_was_taken_is_let_go_without_being_missed():
    held = held_with(0)
    held.rewind()
    for number in range(1, 50):
        taken(held)
        held.feed(block(number))
    assert (held.dropped, taken(held)) == (0, [49])


def test_the_silence_that_is_owed_waits_too():
    held = held_with(0)
    held.rewind()
    taken(held)
    for number in range(1, 24):
        held.feed(block(number))
    assert (held.owed_s, held.waiting_ms) == (0.3, 2300)


def test_a_new_stream_owes_nothing():
    held = held_with(*range(24))
    held.rewind()
    assert held.owed_s == 0


def test_what_was_let_go_untaken_is_silence_for_the_stream_under_way():
    held = held_with(0)
    held.rewind()
    taken(held)
    for number in range(1, 24):
        held.feed(block(number))
    assert (held.dropped, taken(held)) == (3, [-1, -1, -1, *range(4, 24)])


def test_a_new_stream_has_no_silence_for_what_was_let_go_before_it():
    held = held_with(*range(24))
    held.rewind()
    assert taken(held) == list(range(4, 24))


def test_a_hole_in_the_sound_is_silence():
    held = held_with(0, 9)
    held.rewind()
    assert taken(held) == [0, *[-1] * 8, 9]


def test_a_block_that_is_late_is_no_hole():
    held = held_with(0)
    held.feed(Sound("c1", Speaker.CALLER, START + 0.5, bytes([2]) * BLOCK_BYTES))
    held.rewind()
    assert taken(held) == [0, 1]


def test_small_holes_add_up_and_are_filled_before_they_move_a_time_by_half_a_second():
    held = held_with(*range(0, 40, 2))
    held.rewind()
    places = {number: place for place, number in enumerate(taken(held)) if number >= 0}
    assert max(number - place for number, place in places.items()) == 4


def test_after_a_long_hole_the_leg_is_interrupted():
    held = held_with(0, 30)
    held.rewind()
    held.take()
    assert held.interrupted


def test_what_was_let_go_for_want_of_room_is_no_interruption():
    held = held_with(0)
    held.rewind()
    taken(held)
    for number in range(1, 60):
        held.feed(block(number))
    assert not held.interrupted


def test_after_a_cut_the_next_stream_begins_with_what_waits():
    held = held_with(0, 1, 30)
    held.rewind()
    held.take()
    held.take()
    held.cut()
    assert (held.rewind(), taken(held)) == (START + 3.0, [30])


def test_what_waits_is_told_in_ms():
    held = held_with(0, 1, 2)
    held.rewind()
    held.take()
    assert held.waiting_ms == 200
