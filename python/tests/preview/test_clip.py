"""Frames of a clip: what moves, where it goes, and that nothing foreign comes into view."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from spool.media.picture import cover
from spool.worker.engines.preview.i2v import Clip
from spool.worker.engines.preview.params import VideoParams

if TYPE_CHECKING:
    from numpy.typing import NDArray

PARAMS = VideoParams("", 7, 320, 192, 21, 16, end_image=False)
MOTIONS = [
    "", "zoom in", "zoom out", "dolly in", "dolly out", "pan left", "pan right", "tilt up", "tilt down", "orbit",
    "handheld", "fast zoom in, pan left, tilt up, orbit, handheld", "fast zoom out, pan right, tilt down, orbit, shaky",
    "static",
]  # fmt: skip


def scene(width: int = 480, height: int = 320) -> Image.Image:
    """Draw a bright picture with a dark disc in its middle: no pixel of it is black."""
    image = Image.new("RGB", (width, height), (200, 180, 120))
    draw = ImageDraw.Draw(image)
    for x in range(0, width, 24):
        draw.line((x, 0, x, height), fill=(150, 140, 100), width=3)
    draw.ellipse((width / 2 - 40, height / 2 - 40, width / 2 + 40, height / 2 + 40), fill=(60, 60, 140))
    return image


def array(image: Image.Image) -> NDArray[np.int64]:
    return np.asarray(image).astype(np.int64)


def disc(image: Image.Image) -> tuple[float, float, int]:
    """Return where the disc is (x, y) and how many pixels it has."""
    pixels = array(image)
    found = (pixels[..., 2] > pixels[..., 0] + 30) & (pixels[..., 0] < 110)
    rows, columns = np.nonzero(found)
    return float(columns.mean()), float(rows.mean()), int(found.sum())


def ends(prompt: str, seed: int = 7) -> tuple[tuple[float, float, int], tuple[float, float, int]]:
    clip = Clip([scene()], replace(PARAMS, prompt=prompt, seed=seed))
    return disc(clip.frame(0)), disc(clip.frame(20))


@pytest.mark.parametrize("seed", [1, 7, 99])
def test_the_camera_goes_where_the_words_say(seed: int) -> None:
    for prompt, larger in (("zoom in", True), ("dolly in", True), ("zoom out", False), ("dolly out", False)):
        first, last = ends(prompt, seed)
        assert (last[2] > first[2] * 1.1) if larger else (last[2] < first[2] / 1.1), prompt
    # What the camera turns to comes towards the middle, so things move the other way.
    for prompt, axis, sign in (("pan left", 0, 1), ("pan right", 0, -1), ("tilt up", 1, 1), ("tilt down", 1, -1)):
        first, last = ends(prompt, seed)
        assert sign * (last[axis] - first[axis]) > 8, prompt


def test_slow_goes_less_far_than_fast() -> None:
    slow, fast = ends("slow zoom in")[1][2], ends("fast zoom in")[1][2]
    assert slow * 1.05 < fast


def test_a_still_camera_gives_the_same_frame_throughout() -> None:
    clip = Clip([scene()], replace(PARAMS, prompt="static"))
    assert clip.frame(0).tobytes() == clip.frame(20).tobytes()


@pytest.mark.parametrize("prompt", MOTIONS)
@pytest.mark.parametrize("size", [(480, 320), (900, 200), (200, 900)])
def test_no_border_comes_into_view(prompt: str, size: tuple[int, int]) -> None:
    clip = Clip([scene(*size)], replace(PARAMS, prompt=prompt))
    for index in range(0, 21, 4):
        assert array(clip.frame(index)).max(axis=2).min() > 80


@pytest.mark.parametrize("prompt", ["", "zoom in", "dolly in"])
def test_a_clip_begins_with_the_picture_itself(prompt: str) -> None:
    frame = Clip([scene()], replace(PARAMS, prompt=prompt)).frame(0)
    assert np.abs(array(frame) - array(cover(scene(), 320, 192))).mean() < 4


@pytest.mark.parametrize("prompt", MOTIONS)
def test_neighbouring_frames_are_close(prompt: str) -> None:
    """A jump would show as a peak over the usual change."""
    clip = Clip([scene()], replace(PARAMS, prompt=prompt, num_frames=41))
    frames = [array(clip.frame(index)) for index in range(41)]
    changes = [float(np.abs(a - b).mean()) for a, b in pairwise(frames)]
    assert max(changes) <= 3 * float(np.median(changes)) + 0.5


@pytest.mark.parametrize("prompt", ["zoom in", "pan left, orbit", "tilt down, handheld"])
def test_a_clip_with_an_end_picture_ends_with_it(prompt: str) -> None:
    last = Image.effect_mandelbrot((500, 400), (-2, -1.5, 1, 1.5), 60).convert("RGB")
    clip = Clip([scene(), last], replace(PARAMS, prompt=prompt, end_image=True))
    assert np.abs(array(clip.frame(20)) - array(cover(last, 320, 192))).mean() < 3
    without = Clip([scene()], replace(PARAMS, prompt=prompt)).frame(0)
    assert clip.frame(0).tobytes() == without.tobytes()


def test_a_look_comes_in_and_stays() -> None:
    clip = Clip([scene()], replace(PARAMS, prompt="static, black and white"))
    first, last = array(clip.frame(0)), array(clip.frame(20))
    assert np.ptp(first, axis=2).max() > 40
    assert np.ptp(last, axis=2).max() <= 1


@pytest.mark.parametrize("count", [5, 9, 161])
def test_all_frames_come_in_their_order(count: int) -> None:
    clip = Clip([scene()], replace(PARAMS, prompt="zoom in", num_frames=count, width=128, height=128))
    sizes = [disc(frame)[2] for frame in clip.frames()]
    assert len(sizes) == count
    assert sizes[-1] > sizes[0]
    assert all(b >= a - 6 for a, b in pairwise(sizes))
