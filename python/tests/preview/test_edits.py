"""Edits of still pictures do what their words say."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from spool.media.picture import cover
from spool.worker.engines.preview import edits, words
from spool.worker.engines.preview.params import PictureParams
from spool.worker.engines.preview.qwen import edit

if TYPE_CHECKING:
    from numpy.typing import NDArray


def scene() -> Image.Image:
    """Draw a picture that differs left from right and top from bottom, with some noise."""
    v, u = np.mgrid[0:1:320j, 0:1:480j]
    planes = np.stack([255 * u, 255 * v, 180 - 90 * u], axis=-1)
    noise = np.random.default_rng(7).normal(0, 12, planes.shape)
    return Image.fromarray(np.clip(planes + noise, 0, 255).astype(np.uint8))


def edited(prompt: str, *more: Image.Image, seed: int = 7) -> tuple[NDArray[np.float64], list[str]]:
    image, done = edit([scene(), *more], PictureParams(prompt, seed, 384, 256), lambda _done, _of, _image: None)
    assert image.size == (384, 256)
    return np.asarray(image).astype(np.float64), done


def plain() -> NDArray[np.float64]:
    return np.asarray(cover(scene(), 384, 256)).astype(np.float64)


def detail(pixels: NDArray[np.float64]) -> float:
    return float(np.abs(np.diff(pixels, axis=1)).mean())


def test_black_and_white_has_no_colour() -> None:
    pixels, done = edited("black and white")
    assert np.ptp(pixels, axis=2).max() <= 1
    assert done == ["mono"]


def test_warm_is_redder_and_cold_is_bluer() -> None:
    warm, cold = edited("warm")[0], edited("cold")[0]
    balance = [float((pixels[..., 0] - pixels[..., 2]).mean()) for pixels in (cold, plain(), warm)]
    assert all(b > a + 5 for a, b in pairwise(balance))


def test_night_is_dark_and_bright_is_light() -> None:
    levels = [float(pixels.mean()) for pixels in (edited("at night")[0], plain(), edited("bright")[0])]
    assert all(b > a + 5 for a, b in pairwise(levels))


def test_vivid_has_more_colour_and_faded_less() -> None:
    spread = [float(np.ptp(pixels, axis=2).mean()) for pixels in (edited("faded")[0], plain(), edited("vivid")[0])]
    assert all(b > a + 5 for a, b in pairwise(spread))


def test_flip_swaps_left_and_right() -> None:
    assert np.array_equal(edited("flip it")[0], plain()[:, ::-1])


def test_upside_down_swaps_top_and_bottom() -> None:
    assert np.array_equal(edited("upside down")[0], plain()[::-1])


def test_invert_is_the_negative() -> None:
    assert np.array_equal(edited("invert the colours")[0], 255 - plain())


def test_crop_shows_the_middle_enlarged() -> None:
    pixels = edited("crop")[0]
    assert plain()[:, -20:, 0].mean() > pixels[:, -20:, 0].mean() + 15
    assert plain()[:, :20, 0].mean() < pixels[:, :20, 0].mean() - 15


def test_blur_softens_the_rim_and_leaves_the_middle() -> None:
    pixels = edited("blur the background")[0]
    assert detail(pixels[:40]) < 0.4 * detail(plain()[:40])
    assert detail(pixels[110:150, 150:230]) > 0.8 * detail(plain()[110:150, 150:230])


def test_sharpen_brings_out_detail() -> None:
    assert detail(edited("make it crisp")[0]) > 1.3 * detail(plain())


def test_a_sketch_is_light_paper_with_hardly_any_colour() -> None:
    pixels, done = edited("pencil sketch")
    assert np.ptp(pixels, axis=2).mean() < 16
    assert pixels.mean() > 150
    assert done == ["sketch"]


def test_pixel_art_is_made_of_squares() -> None:
    pixels = edited("pixel art")[0]
    assert len(np.unique(pixels.reshape(-1, 3), axis=0)) <= 48
    assert (pixels[0:4, 0:4] == pixels[0, 0]).all()


def test_a_painting_has_flat_strokes() -> None:
    assert detail(edited("oil painting")[0]) < 0.5 * detail(plain())


def test_a_frame_is_light_all_around() -> None:
    pixels = edited("polaroid")[0]
    for rim in (pixels[:8], pixels[-8:], pixels[:, :8], pixels[:, -8:]):
        assert rim.min() > 235


def test_a_vignette_darkens_the_corners_and_not_the_middle() -> None:
    pixels = edited("vignette")[0]
    assert pixels[:20, -20:].mean() < 0.8 * plain()[:20, -20:].mean()
    assert pixels[118:138, 182:202].mean() > 0.95 * plain()[118:138, 182:202].mean()


def test_a_prompt_without_a_known_word_gets_its_tones_stretched_and_says_so() -> None:
    assert edited("a nicer one")[1] == ["tone"]


def test_words_go_together_in_a_fixed_order() -> None:
    assert edited("vintage polaroid, mirrored, cropped")[1] == ["crop", "mirror", "sepia", "frame"]


def test_the_other_pictures_lie_on_the_first_as_prints() -> None:
    red, blue = Image.new("RGB", (90, 60), (230, 20, 20)), Image.new("RGB", (60, 90), (20, 20, 230))
    pixels = edited("mirror", red, blue)[0][:, ::-1]
    corner = pixels[-60:, -180:]
    is_red, is_blue = (corner == (230, 20, 20)).all(axis=2), (corner == (20, 20, 230)).all(axis=2)
    assert is_red.sum() > 1500
    assert is_blue.sum() > 1500
    assert np.nonzero(is_red)[1].max() < np.nonzero(is_blue)[1].min()
    assert np.array_equal(pixels[:120], plain()[:120])


def test_a_collage_shows_all_pictures_side_by_side() -> None:
    red, blue = Image.new("RGB", (90, 60), (230, 20, 20)), Image.new("RGB", (60, 90), (20, 20, 230))
    pixels = edited("mirrored collage", red, blue)[0][:, ::-1]
    assert tuple(pixels[128, 192]) == (230, 20, 20)
    assert tuple(pixels[128, 330]) == (20, 20, 230)


@pytest.mark.parametrize("name", [*words.EDITS, *words.LOOKS])
def test_every_edit_takes_the_smallest_and_a_narrow_size(name: str) -> None:
    for size in ((128, 128), (1600, 128), (128, 1600)):
        image = cover(scene(), *size)
        for _, apply in edits.plan([name]):
            image = apply(image, random.Random(7))  # noqa: S311 - no secret
        assert image.size == size
        assert image.mode == "RGB"


def test_chance_follows_the_seed() -> None:
    first, again, other = (edited("pencil sketch", seed=seed)[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
