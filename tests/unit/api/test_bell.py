"""The bell that wakes those who wait."""

from __future__ import annotations

import asyncio

import pytest

from api.bell import Bell

pytestmark = pytest.mark.unit


async def test_a_ring_wakes_everybody_who_waits():
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(bell.rings, 30)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    assert await asyncio.wait_for(asyncio.gather(*waiting), 5) == [1, 1, 1]


async def test_a_ring_before_the_wait_is_not_missed():
    bell = Bell()
    heard = bell.rings
    bell.ring()
    assert await asyncio.wait_for(bell.wait(heard, 30), 5) == 1


async def test_without_a_ring_the_wait_ends_by_itself():
    bell = Bell()
    assert await bell.wait(bell.rings, 0.01) == 0
