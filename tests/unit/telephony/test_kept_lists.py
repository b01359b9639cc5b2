"""The number lists a node judges by: file and overlay, replaced together, apart from the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from blacklists.normalise import parse_number
from contracts.node_api import EmergencyWindow, Overlay, Standing
from contracts.verdict import Action
from telephony.controller.api_client import ApiAwayError
from telephony.controller.holdings import Keeper
from tests.fixtures.compiled_lists import POLICE
from tests.fixtures.node_api import PlayedApi, client_of, refresh
from tests.fixtures.node_snapshot import ENTRIES, LISTED, overlay, snapshot

pytestmark = pytest.mark.unit

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CALLER, ACTION = next(iter(LISTED.items()))


@pytest.fixture
async def api():
    played = PlayedApi()
    played.overlay = overlay(entries=())
    return played


@pytest.fixture
async def client(api, tmp_path):
    opened = client_of(api, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def keeper(client, tmp_path):
    return Keeper(client, tmp_path)


async def restarted(client, tmp_path) -> Keeper:
    keeper = Keeper(client, tmp_path)
    await keeper.start()
    return keeper


def actions(keeper: Keeper) -> list[Action]:
    """What the lists in force say about the first listed caller."""
    return [hit.action for hit in keeper.current.lists.find(parse_number(CALLER), NOW).exact]


async def test_nothing_is_listed_before_the_lists_have_come(keeper):
    await keeper.refresh_snapshot()
    assert actions(keeper) == []


async def test_an_entry_of_the_overlay_is_in_force_once_it_is_fetched(api, keeper):
    await refresh(keeper)
    api.overlay = overlay("2", entries=ENTRIES)
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_an_overlay_comes_without_the_snapshot_being_sent_again(api, keeper):
    await refresh(keeper)
    enrolments = keeper.current.enrolments
    api.overlay = overlay("2", entries=ENTRIES)
    await refresh(keeper)
    assert keeper.current.enrolments is enrolments


async def test_a_new_file_and_its_overlay_are_in_force_together(api, keeper, tmp_path):
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    assert (actions(keeper), keeper.current.lists.version) == ([ACTION], "4")


async def test_an_overlay_of_another_file_is_put_aside(api, keeper):
    await refresh(keeper)
    api.overlay = overlay("2", base=9, entries=ENTRIES)
    await refresh(keeper)
    assert (actions(keeper), keeper.versions) == ([], ("1", "2"))


async def test_an_overlay_put_aside_is_laid_once_its_file_has_come(api, keeper, tmp_path):
    await refresh(keeper)
    api.overlay = overlay("2", base=3, entries=())
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


def with_window(laid: Overlay) -> Overlay:
    """The resident has dialled 110."""
    window = EmergencyWindow(resident_id="r1", until=datetime(2026, 1, 3, tzinfo=UTC))
    return laid.model_copy(update={"emergencies": (window,)})


async def test_an_emergency_window_does_not_wait_for_the_overlays_file(api, keeper):
    await refresh(keeper)
    api.overlay = with_window(overlay("2", base=9))
    await keeper.refresh_overlay()
    assert keeper.current.lists.in_emergency("r1", NOW)


async def test_standings_do_not_wait_for_the_overlays_file(api, keeper):
    await refresh(keeper)
    standing = Standing(number=CALLER, residents_last_hour=30)
    api.overlay = overlay("2", base=9).model_copy(update={"standings": (standing,)})
    await keeper.refresh_overlay()
    assert keeper.current.lists.standing(parse_number(CALLER)) == standing


async def test_an_emergency_window_takes_no_entries_out_of_force(api, keeper):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    api.overlay = with_window(overlay("2", base=9, entries=()))
    await keeper.refresh_overlay()
    assert (actions(keeper), keeper.current.lists.in_emergency("r1", NOW)) == ([ACTION], True)


async def test_a_window_that_has_closed_is_closed_without_the_overlays_file(api, keeper):
    api.overlay = with_window(overlay("1"))
    await refresh(keeper)
    api.overlay = overlay("2", base=9)
    await keeper.refresh_overlay()
    assert not keeper.current.lists.in_emergency("r1", NOW)


async def test_an_emergency_window_comes_where_there_is_no_file_at_all(api, keeper):
    await keeper.refresh_snapshot()
    api.overlay = with_window(overlay("2", base=9))
    await keeper.refresh_overlay()
    assert keeper.current.lists.in_emergency("r1", NOW)


async def test_an_overlay_of_the_old_file_is_laid_while_the_new_ones_has_not_come(api, keeper, tmp_path):
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    await keeper.refresh_snapshot()
    await keeper.refresh_file()
    api.overlay = overlay("1b", entries=ENTRIES)
    await keeper.refresh_overlay()
    assert actions(keeper) == [ACTION]


async def test_the_entries_in_force_stay_on_disk_while_an_overlays_file_has_not_come(
    api, client, keeper, tmp_path
):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    api.overlay = with_window(overlay("2", base=9, entries=()))
    await keeper.refresh_overlay()
    assert actions(await restarted(client, tmp_path)) == [ACTION]


async def test_what_was_added_is_laid_once_where_only_standings_change(api, keeper):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    hit = keeper.current.lists.find(parse_number(CALLER), NOW).exact[0]
    api.overlay = with_window(overlay("2", entries=ENTRIES))
    await keeper.refresh_overlay()
    assert keeper.current.lists.find(parse_number(CALLER), NOW).exact[0] is hit


async def test_an_added_entry_speaks_for_the_newest_version_of_its_list(api, keeper):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    newer = POLICE.model_copy(update={"version": 8})
    api.overlay = overlay("2", entries=ENTRIES).model_copy(update={"lists": (newer,)})
    await keeper.refresh_overlay()
    assert keeper.current.lists.find(parse_number(CALLER), NOW).exact[0].list == newer


async def test_a_disk_that_cannot_keep_an_overlay_does_not_keep_it_from_being_in_force(api, keeper, tmp_path):
    (tmp_path / "overlay.new").mkdir()
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_a_file_that_cannot_be_tidied_away_does_not_keep_the_newest_from_being_in_force(
    api, keeper, tmp_path
):
    await refresh(keeper)
    (tmp_path / "lists" / "stuck.part").mkdir()
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_the_old_lists_stay_in_force_while_the_new_file_does_not_come(api, keeper, tmp_path):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    api.files.clear()
    api.fault = lambda r: httpx.Response(503) if r.url.path.startswith("/node/lists/") else None
    with pytest.raises(ApiAwayError):
        await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_a_new_snapshot_is_in_force_although_its_list_file_does_not_come(api, keeper, tmp_path):
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    api.fault = lambda r: httpx.Response(503) if r.url.path.startswith("/node/lists/") else None
    with pytest.raises(ApiAwayError):
        await refresh(keeper)
    assert keeper.current.version == "2"


async def test_a_damaged_file_is_refused_and_the_last_good_one_stays(api, keeper, tmp_path):
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    newer = api.release(tmp_path / "newer", 4, "3")
    api.files[newer.sha256] = bytes(newer.size)
    await keeper.refresh_snapshot()
    for _ in range(2):
        with pytest.raises(Exception, match="refused"):
            await refresh(keeper)
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_a_node_starts_with_the_file_and_overlay_on_disk(api, client, keeper, tmp_path):
    await refresh(keeper)
    api.release(tmp_path / "made", 3, "2")
    api.overlay = with_window(api.overlay)
    await refresh(keeper)
    api.fail(0)
    anew = await restarted(client, tmp_path)
    assert (actions(anew), anew.current.lists.in_emergency("r1", NOW)) == ([ACTION], True)


async def test_a_node_starts_with_the_bare_file_where_the_overlay_is_of_another(
    api, client, keeper, tmp_path
):
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    (tmp_path / "overlay.json").write_text(overlay("9", base=9).model_dump_json())
    assert actions(await restarted(client, tmp_path)) == [ACTION]


async def test_a_node_starts_with_the_file_before_where_the_newest_is_damaged(api, client, keeper, tmp_path):
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    newer = api.release(tmp_path / "newer", 4, "3")
    await refresh(keeper)
    (tmp_path / "lists" / f"{newer.sha256}.lists").write_bytes(b"damaged")
    assert actions(await restarted(client, tmp_path)) == [ACTION]


@pytest.mark.parametrize("text", ["", "{", '{"version": 1}'])
async def test_a_damaged_overlay_on_disk_does_not_keep_the_node_from_starting(
    api, client, keeper, tmp_path, text
):
    api.release(tmp_path / "made", 3, "2")
    await refresh(keeper)
    (tmp_path / "overlay.json").write_text(text)
    assert actions(await restarted(client, tmp_path)) == [ACTION]


async def test_an_overlay_that_cannot_be_laid_is_refused_and_the_last_good_one_stays(api, keeper):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    broken = ENTRIES[0].model_copy(update={"pattern": "no number"})
    api.overlay = overlay("2", entries=(broken,))
    await refresh(keeper)
    assert actions(keeper) == [ACTION]


async def test_an_emergency_window_comes_although_its_overlay_cannot_be_laid(api, keeper):
    api.overlay = overlay("1", entries=ENTRIES)
    await refresh(keeper)
    broken = ENTRIES[0].model_copy(update={"pattern": "no number"})
    api.overlay = with_window(overlay("2", entries=(broken,)))
    await keeper.refresh_overlay()
    assert (actions(keeper), keeper.current.lists.in_emergency("r1", NOW)) == ([ACTION], True)


async def test_a_snapshot_whose_rules_are_refused_still_brings_its_lists(api, keeper, tmp_path):
    await refresh(keeper)
    ref = api.release(tmp_path / "made", 3, "2")
    api.snapshot = snapshot("2", phrasebook="phrases: nonsense", lists=ref)
    await refresh(keeper)
    assert (keeper.current.version, actions(keeper)) == ("2", [ACTION])
