"""Clips are read again: what a browser and a person will find in the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from spool.media.video import VideoWriter

if TYPE_CHECKING:
    from pathlib import Path

METADATA = {"prompt": "a cät walks", "engine": "preview", "seed": 7}


def write(path: Path, colours: list[tuple[int, int, int]], *, fps: int = 16, size: tuple[int, int] = (96, 64)) -> Path:
    with VideoWriter(path, *size, fps, METADATA) as writer:
        for colour in colours:
            writer.write(Image.new("RGB", size, colour))
    return path


@pytest.mark.parametrize("count", [1, 2, 5, 81])
@pytest.mark.parametrize("fps", [4, 16, 60])
def test_a_clip_decodes_to_the_frames_that_were_written(tmp_path: Path, count: int, fps: int) -> None:
    path = write(tmp_path / "clip.mp4", [(i % 256, 80, 120) for i in range(count)], fps=fps)
    with av.open(str(path)) as clip:
        stream = clip.streams.video[0]
        assert stream.average_rate == fps
        assert stream.frames == count
        frames = list(clip.decode(stream))
    assert len(frames) == count
    assert {(frame.width, frame.height) for frame in frames} == {(96, 64)}
    assert [frame.time for frame in frames] == pytest.approx([i / fps for i in range(count)])


def test_a_clip_is_what_browsers_play(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4", [(9, 9, 9)] * 5)
    with av.open(str(path)) as clip:
        codec = clip.streams.video[0].codec_context
        assert (codec.name, codec.profile, codec.pix_fmt) == ("h264", "High", "yuv420p")
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)


def test_the_index_stands_in_front_of_the_frames(tmp_path: Path) -> None:
    data = write(tmp_path / "clip.mp4", [(9, 9, 9)] * 5).read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_metadata_reads_back(tmp_path: Path) -> None:
    with av.open(str(write(tmp_path / "clip.mp4", [(9, 9, 9)]))) as clip:
        assert clip.metadata["title"] == METADATA["prompt"]
        assert json.loads(clip.metadata["comment"]) == METADATA


@pytest.mark.parametrize("colour", [(255, 255, 255), (0, 0, 0), (200, 30, 40), (30, 180, 60), (40, 60, 220)])
def test_colours_survive(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    with av.open(str(write(tmp_path / "clip.mp4", [colour] * 3))) as clip:
        frame = next(clip.decode(video=0)).to_ndarray(format="rgb24")
    assert np.abs(frame.astype(int) - np.array(colour)).max() <= 3


def test_the_same_frames_give_the_same_bytes(tmp_path: Path) -> None:
    colours = [(i, 255 - i, 90) for i in range(40)]
    one, two = write(tmp_path / "one.mp4", colours), write(tmp_path / "two.mp4", colours)
    assert one.read_bytes() == two.read_bytes()


def test_moving_frames_give_the_same_bytes_however_memory_lies(tmp_path: Path) -> None:
    y, x = np.mgrid[0:64, 0:64]
    frames = [np.stack([x * 3 + i * 5, y * 2 + i, x + y + i * 9], axis=-1).astype(np.uint8) for i in range(9)]
    made: set[bytes] = set()
    chance = np.random.default_rng(1)
    for _ in range(10):
        filled = [chance.bytes(int(size)) for size in chance.integers(1_000, 200_000, 20)]
        with VideoWriter(tmp_path / "clip.mp4", 64, 64, 16, METADATA) as writer:
            for frame in frames:
                writer.write(Image.fromarray(frame))
        made.add((tmp_path / "clip.mp4").read_bytes())
        del filled
    assert len(made) == 1


def test_a_clip_that_was_broken_off_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    with pytest.raises(KeyError), VideoWriter(path, 96, 64, 16, METADATA) as writer:  # noqa: PT012 - mid-way
        writer.write(Image.new("RGB", (96, 64)))
        raise KeyError
    assert not path.exists()
