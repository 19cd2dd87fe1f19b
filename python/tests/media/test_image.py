"""PNG results, posters and previews are decoded again."""

from __future__ import annotations

import io
import json
import struct
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from spool.media import image as still
from spool.media import tiny

if TYPE_CHECKING:
    from pathlib import Path


def noise(width: int, height: int) -> Image.Image:
    """Make the picture that compresses worst."""
    values = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


def test_a_png_keeps_its_pixels_and_its_metadata(tmp_path: Path) -> None:
    metadata = {"prompt": "ein schönes Bild", "seed": 2**32 - 1, "edits": ["mono"]}
    picture = noise(40, 30)
    still.write_png(tmp_path / "p.png", picture, metadata)
    with Image.open(tmp_path / "p.png") as read:
        assert read.tobytes() == picture.tobytes()
        assert json.loads(read.info["parameters"]) == metadata
        assert read.info["Title"] == metadata["prompt"]
    assert b"iTXt" in (tmp_path / "p.png").read_bytes()


def test_a_png_without_a_prompt_has_no_title(tmp_path: Path) -> None:
    still.write_png(tmp_path / "p.png", noise(4, 4), {"scale": 2})
    with Image.open(tmp_path / "p.png") as read:
        read.load()
        assert "Title" not in read.info


def test_writing_a_png_can_be_ended_at_any_piece_and_leaves_nothing(tmp_path: Path) -> None:
    class EnoughError(Exception):
        pass

    pieces = 0

    def count() -> None:
        nonlocal pieces
        pieces += 1

    def end() -> None:
        count()
        if pieces == 10:
            raise EnoughError

    still.write_png(tmp_path / "p.png", noise(512, 512), {}, count)
    assert pieces > 12
    whole = (tmp_path / "p.png").read_bytes()
    still.write_png(tmp_path / "p.png", noise(512, 512), {})
    assert (tmp_path / "p.png").read_bytes() == whole
    pieces = 0
    with pytest.raises(EnoughError):
        still.write_png(tmp_path / "p.png", noise(512, 512), {}, end)
    assert not (tmp_path / "p.png").exists()


@pytest.mark.parametrize(
    ("size", "wanted"), [((1280, 720), (640, 360)), ((480, 832), (369, 640)), ((320, 200), (320, 200))]
)
def test_a_poster_is_a_webp_of_at_most_640_pixels(
    tmp_path: Path, size: tuple[int, int], wanted: tuple[int, int]
) -> None:
    still.write_poster(tmp_path / "p.webp", Image.new("RGB", size, (80, 90, 100)))
    with Image.open(tmp_path / "p.webp") as poster:
        assert (poster.format, poster.size) == ("WEBP", wanted)


def test_a_mark_stands_in_the_lower_left_corner_and_nowhere_else(tmp_path: Path) -> None:
    plain = Image.new("RGB", (640, 360), (80, 90, 100))
    still.write_poster(tmp_path / "plain.webp", plain)
    still.write_poster(tmp_path / "marked.webp", plain, "no AI model ran")
    with Image.open(tmp_path / "plain.webp") as one, Image.open(tmp_path / "marked.webp") as two:
        changed = np.abs(np.asarray(one).astype(int) - np.asarray(two).astype(int)).max(axis=2) > 12
    rows, columns = np.nonzero(changed)
    assert changed.any()
    assert rows.min() > 300
    assert columns.max() < 320
    assert plain.getpixel((20, 350)) == (80, 90, 100)


@pytest.mark.parametrize("size", [(1280, 720), (100, 60), (161, 1280)])
def test_a_preview_fits_its_limits_even_for_noise(size: tuple[int, int]) -> None:
    width, height, data = still.preview(noise(*size))
    assert len(data) <= still.PREVIEW_BYTES
    with Image.open(io.BytesIO(data)) as read:
        assert (read.format, read.size) == ("WEBP", (width, height))
        assert max(read.size) <= still.PREVIEW_EDGE


@given(st.integers(1, 300), st.integers(1, 300), st.tuples(*[st.integers(0, 255)] * 3))
def test_a_handmade_webp_decodes_to_its_size_and_colour(width: int, height: int, rgb: tuple[int, int, int]) -> None:
    with Image.open(io.BytesIO(tiny.webp(width, height, rgb))) as read:
        assert read.size == (width, height)
        assert set(read.convert("RGB").get_flattened_data()) == {rgb}


@given(st.integers(1, 9), st.integers(1, 9), st.data())
def test_a_handmade_png_decodes_to_its_pixels(width: int, height: int, data: st.DataObject) -> None:
    rgb = data.draw(st.binary(min_size=3 * width * height, max_size=3 * width * height))
    with Image.open(io.BytesIO(tiny.png(width, height, rgb))) as read:
        assert read.size == (width, height)
        assert read.tobytes() == rgb


@given(st.integers(0, 4_000_000), st.integers(0, 2**64 - 1))
def test_padding_gives_exactly_the_size_in_valid_chunks(size: int, seed: int) -> None:
    picture = tiny.png(2, 2, bytes(12))
    data = b"".join(tiny.padded(picture, size, seed))
    assert len(data) == (size if size - len(picture) >= 12 else len(picture))
    at = len(tiny.PNG_SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        at += 12 + length
    assert at == len(data)
    with Image.open(io.BytesIO(data)) as read:
        read.verify()
