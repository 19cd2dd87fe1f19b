"""A file arrives whole or not at all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spool._download import Download
from spool._http import Reply
from spool.errors import DownloadError, NotFoundError, ServerUnreachableError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DATA = bytes(range(256)) * 40
SHA = hashlib.sha256(DATA).hexdigest()
BROKE = ServerUnreachableError("http://x", "reset")


def serve(download: Download, data: bytes = DATA, *, stop_after: int | None = None, ranges: bool = True) -> None:
    """Answer one call as a server with this file does, and break off after so many bytes."""
    wanted = download.call().headers
    start = int(wanted["Range"].removeprefix("bytes=").removesuffix("-")) if ranges and "Range" in wanted else 0
    if start and wanted.get("If-Range", '"tag"') != '"tag"':
        start = 0
    if start >= len(data) and start:
        assert not download.begin(Reply(416, {"content-range": f"bytes */{len(data)}"}))
        download.end()
        return
    headers: Mapping[str, str] = {"etag": '"tag"'}
    if start:
        headers = {**headers, "content-range": f"bytes {start}-{len(data) - 1}/{len(data)}"}
    assert download.begin(Reply(206 if start else 200, headers))
    for at in range(start, len(data), 1000):
        if stop_after is not None and at - start >= stop_after:
            download.cut(BROKE)
            return
        download.feed(data[at : at + 1000])
    download.end()


def prepared(folder: Path, *, size: int | None = len(DATA), digest: str | None = SHA) -> Download:
    return Download("/file", folder / "cat.mp4", "j-0", size=size, digest=digest)


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_whole_answer_becomes_the_file(tmp_path: Path) -> None:
    with prepared(tmp_path) as download:
        serve(download)
        assert download.is_done
    assert (tmp_path / "cat.mp4").read_bytes() == DATA
    assert left_in(tmp_path) == ["cat.mp4"]


def test_the_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "cat.mp4").write_bytes(b"an older one")
    with prepared(tmp_path) as download:
        serve(download, stop_after=3000)
        assert (tmp_path / "cat.mp4").read_bytes() == b"an older one"
        serve(download)
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


@given(cuts=st.lists(st.integers(0, 6), max_size=6), ranges=st.booleans())
def test_a_broken_download_goes_on_where_it_stopped(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], *, ranges: bool
) -> None:
    folder = tmp_path_factory.mktemp("cuts")
    with prepared(folder) as download:
        for cut in cuts:
            if not download.is_done:
                serve(download, stop_after=1000 * cut, ranges=ranges)
        if not download.is_done:
            serve(download, ranges=ranges)
    assert (folder / "cat.mp4").read_bytes() == DATA


def test_a_later_program_goes_on_with_what_an_earlier_one_left(tmp_path: Path) -> None:
    with prepared(tmp_path) as download:
        serve(download, stop_after=4000)
    assert left_in(tmp_path) == [".cat.mp4.j-0.part"]
    with prepared(tmp_path) as download:
        assert download.call().headers["Range"] == "bytes=4000-"
        serve(download)
    assert left_in(tmp_path) == ["cat.mp4"]
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


def test_a_part_that_is_whole_already_needs_no_more_bytes(tmp_path: Path) -> None:
    (tmp_path / ".cat.mp4.j-0.part").write_bytes(DATA)
    with prepared(tmp_path) as download:
        serve(download)
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


@pytest.mark.parametrize("junk", [b"junk", b"j" * len(DATA), b"j" * (len(DATA) + 5)])
def test_a_part_of_another_file_is_thrown_away(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / ".cat.mp4.j-0.part").write_bytes(junk)
    with prepared(tmp_path) as download:
        serve(download)
        if not download.is_done:
            serve(download)
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


@pytest.mark.parametrize("wrong", [DATA[:-1] + b"!", DATA + b"!"])
def test_bytes_that_are_not_the_workers_are_refused(tmp_path: Path, wrong: bytes) -> None:
    with prepared(tmp_path) as download:
        serve(download, wrong)
        with pytest.raises(DownloadError, match="not those"):
            serve(download, wrong)
    assert left_in(tmp_path) == []


def test_a_file_that_stays_too_short_is_refused(tmp_path: Path) -> None:
    with prepared(tmp_path) as download:
        for _ in range(3):
            serve(download, DATA[:-100])
        with pytest.raises(DownloadError):
            serve(download, DATA[:-100])
    assert not (tmp_path / "cat.mp4").exists()


def test_without_a_hash_nothing_of_an_earlier_program_is_believed(tmp_path: Path) -> None:
    (tmp_path / ".cat.mp4.j-0.part").write_bytes(b"junk")
    with prepared(tmp_path, size=None, digest=None) as download:
        assert "Range" not in download.call().headers
        serve(download)
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


def test_a_changed_file_is_begun_anew(tmp_path: Path) -> None:
    with prepared(tmp_path) as download:
        serve(download, stop_after=2000)
        assert download.call().headers["If-Range"] == '"tag"'
        assert download.begin(Reply(200, {"etag": '"other"'}))
        download.feed(DATA)
        download.end()
    assert (tmp_path / "cat.mp4").read_bytes() == DATA


def test_an_error_that_will_not_pass_ends_the_download(tmp_path: Path) -> None:
    with prepared(tmp_path) as download, pytest.raises(NotFoundError):
        download.cut(NotFoundError(status=404, code="not_found", title="", detail=""))
    assert left_in(tmp_path) == []
