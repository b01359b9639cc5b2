"""The snapshot and the lists a node judges by: replaced by good ones only, there at start without the api."""

from __future__ import annotations

import pytest

from contracts.evidence import Speaker
from contracts.node_api import Snapshot
from telephony.controller.api_client import ApiAwayError
from telephony.controller.holdings import Keeper
from tests.fixtures.node_api import PlayedApi, client_of, refresh
from tests.fixtures.node_snapshot import FORWARDED, RESIDENT, snapshot
from tests.fixtures.phrasebooks import ORIGINAL

pytestmark = pytest.mark.unit

BAD = {
    "phrasebook": {"phrasebook": "version: '2'\nphrases: nonsense\n"},
    "policy": {"whisper_at": "sometimes"},
}


def without_the_first(whole: Snapshot) -> Snapshot:
    """The first resident has withdrawn."""
    return whole.model_copy(update={"enrolments": whole.enrolments[1:]})


@pytest.fixture
async def api():
    return PlayedApi()


@pytest.fixture
async def client(api, tmp_path):
    opened = client_of(api, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def keeper(client, tmp_path):
    return Keeper(client, tmp_path)


async def test_a_snapshot_is_in_force_once_it_is_fetched(keeper):
    assert await keeper.refresh_snapshot()
    assert keeper.current.version == "1"


async def test_residents_are_found_by_their_number(keeper):
    await keeper.refresh_snapshot()
    assert set(keeper.current.enrolments) == {RESIDENT, FORWARDED}


async def test_only_routes_of_their_own_are_given_to_the_workers(keeper):
    await keeper.refresh_snapshot()
    assert keeper.current.enrolments.routes == {FORWARDED: "sip:r2@127.0.0.1:5071"}


async def test_a_snapshot_in_force_is_not_fetched_again(keeper):
    await keeper.refresh_snapshot()
    assert not await keeper.refresh_snapshot()


async def test_a_newer_snapshot_takes_the_place_of_an_older(api, keeper):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2")
    await keeper.refresh_snapshot()
    assert keeper.current.version == "2"


@pytest.mark.parametrize("part", BAD)
async def test_bad_rules_are_refused_and_the_last_good_ones_stay(api, keeper, part):
    await keeper.refresh_snapshot()
    before = keeper.current
    api.snapshot = snapshot("2", **BAD[part])
    await keeper.refresh_snapshot()
    assert (keeper.current.phrasebook, keeper.current.policy) == (before.phrasebook, before.policy)


async def test_a_refused_phrasebook_lends_its_number_to_no_other(api, keeper):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2", phrasebook_version=7, **BAD["phrasebook"])
    await keeper.refresh_snapshot()
    assert keeper.current.snapshot.phrasebook_version == 0


async def test_another_phrasebook_is_judged_by_once_it_is_fetched(api, keeper):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2", phrasebook=ORIGINAL, phrasebook_version=7)
    await keeper.refresh_snapshot()
    held = keeper.current
    found = held.matcher.find("您涉嫌洗钱", Speaker.CALLER)
    assert (held.snapshot.phrasebook_version, found[0].phrase.id) == (7, "police.hook.case")


@pytest.mark.parametrize("part", BAD)
async def test_a_withdrawal_counts_although_it_comes_with_bad_rules(api, keeper, part):
    await keeper.refresh_snapshot()
    api.snapshot = without_the_first(snapshot("2", **BAD[part]))
    assert await keeper.refresh_snapshot()
    assert set(keeper.current.enrolments) == {FORWARDED}


async def test_a_snapshot_with_bad_rules_is_fetched_once(api, keeper):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2", **BAD["policy"])
    await keeper.refresh_snapshot()
    assert (await keeper.refresh_snapshot(), keeper.versions[0]) == (False, "2")


async def test_a_first_snapshot_with_bad_rules_is_fetched_once(api, keeper):
    api.snapshot = snapshot("2", **BAD["policy"])
    await keeper.refresh_snapshot()
    assert (keeper.current, keeper.versions[0]) == (None, "2")


async def test_rules_mended_after_bad_ones_are_in_force(api, keeper):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2", **BAD["policy"])
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("3", unlisted="pass")
    await keeper.refresh_snapshot()
    assert keeper.current.policy.in_call.unlisted_caller.value == "pass"


@pytest.mark.parametrize("part", BAD)
async def test_a_node_starts_with_the_newest_residents_and_the_last_good_rules(
    api, client, keeper, tmp_path, part
):
    await keeper.refresh_snapshot()
    api.snapshot = without_the_first(snapshot("2", **BAD[part]))
    await keeper.refresh_snapshot()
    restarted = Keeper(client, tmp_path)
    await restarted.start()
    assert set(restarted.current.enrolments) == {FORWARDED}


async def test_a_restarted_node_asks_again_for_rules_that_were_refused(api, client, keeper, tmp_path):
    await keeper.refresh_snapshot()
    api.snapshot = snapshot("2", **BAD["policy"])
    await keeper.refresh_snapshot()
    restarted = Keeper(client, tmp_path)
    await restarted.start()
    assert await restarted.refresh_snapshot()


async def test_a_disk_that_cannot_keep_a_snapshot_does_not_keep_it_from_being_in_force(keeper, tmp_path):
    (tmp_path / "snapshot.new").mkdir()
    assert await keeper.refresh_snapshot()
    assert keeper.current.version == "1"


async def test_a_node_starts_from_disk_when_the_api_is_away(api, client, keeper, tmp_path):
    await keeper.refresh_snapshot()
    api.fail(0)
    restarted = Keeper(client, tmp_path)
    await restarted.start()
    with pytest.raises(ApiAwayError):
        await refresh(restarted)
    assert restarted.current.version == "1"


@pytest.mark.parametrize("text", ["", "{", '{"version": 1}', "\udcff"])
async def test_a_damaged_snapshot_on_disk_does_not_keep_the_node_from_starting(keeper, tmp_path, text):
    (tmp_path / "snapshot.json").write_bytes(text.encode(errors="surrogateescape"))
    await keeper.start()
    assert keeper.current is None


async def test_a_node_without_any_snapshot_starts_without(keeper):
    await keeper.start()
    assert keeper.current is None


async def test_a_snapshot_on_disk_is_nobody_elses_to_read(keeper, tmp_path):
    await keeper.refresh_snapshot()
    assert (tmp_path / "snapshot.json").stat().st_mode & 0o077 == 0
