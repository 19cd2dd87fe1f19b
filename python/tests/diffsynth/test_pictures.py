"""Pictures reach the models upright, opaque and never stretched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from spool.worker.engines.diffsynth import pictures
from spool.worker.engines.diffsynth.qwen import Edit
from spool.worker.engines.diffsynth.wan import Clip
from spool.worker.errors import JobFailedError
from spool.worker.protocol import Input
from tests.diffsynth.jobs import clip, edit, saved

if TYPE_CHECKING:
    from pathlib import Path


def disc(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Draw a circle in the middle: what stretches it shows."""
    image = Image.new(mode, (width, height))
    radius = min(width, height) // 4
    x, y = width // 2, height // 2
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    return image


def roundness(image: Image.Image) -> float:
    """Return the width of the circle by its height."""
    left, top, right, bottom = image.convert("L").point([0] * 128 + [255] * 128).getbbox() or (0, 0, 0, 1)
    return (right - left) / (bottom - top)


@pytest.mark.parametrize(("width", "height"), [(1024, 1024), (1328, 784), (704, 1472)])
def test_a_picture_of_the_shape_of_the_result_gets_its_size(width: int, height: int) -> None:
    (seen,) = pictures.edited([disc(2 * width + 9, 2 * height - 5)], width, height)
    assert seen.size == (width, height)


def test_other_pictures_keep_their_shape_at_the_same_area() -> None:
    first, second, third = pictures.edited([disc(800, 800), disc(1600, 400), disc(300, 900)], 1024, 1024)
    assert (first.size, second.size, third.size) == ((1024, 1024), (2048, 512), (576, 1760))
    assert all(roundness(seen) == pytest.approx(1, abs=0.03) for seen in (first, second, third))


def test_frames_are_cut_and_not_stretched() -> None:
    first, last = pictures.frames([disc(900, 300), disc(300, 900)], 832, 480, end=True)
    assert first.size == last.size == (832, 480)
    assert [roundness(frame) for frame in (first, last)] == pytest.approx([1, 1], abs=0.03)


def test_a_last_frame_is_taken_only_where_it_was_asked_for(tmp_path: Path) -> None:
    inputs = saved(tmp_path, disc(200, 200), disc(200, 200))
    assert len(Clip.of(clip(tmp_path, inputs)).frames) == 1
    assert len(Clip.of(clip(tmp_path, inputs, end_image=True)).frames) == 2
    with pytest.raises(JobFailedError, match="no picture for the last frame"):
        Clip.of(clip(tmp_path, inputs[:1], end_image=True))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_whatever_comes_in_the_pipeline_gets_a_list_of_rgb(tmp_path: Path, mode: str) -> None:
    name = "x.jpg" if mode == "CMYK" else "x.png"
    Image.new(mode, (64, 64)).save(tmp_path / name)
    job = Edit.of(edit(tmp_path, [Input(str(tmp_path / name), "image/png", 1)]))
    given = job.arguments(tiled=False)["edit_image"]
    assert isinstance(given, list)
    assert [(type(image), image.mode) for image in job.pictures] == [(Image.Image, "RGB")]


def test_only_the_first_edit_model_gets_a_bare_picture_and_takes_no_second(tmp_path: Path) -> None:
    inputs = saved(tmp_path, disc(99, 99), disc(99, 99))
    for model in ("2509", "2511"):
        for count in (1, 2):
            given = Edit.of(edit(tmp_path, inputs[:count], model=model)).arguments(tiled=False)
            assert isinstance(given["edit_image"], list)
            assert given["zero_cond_t"] is (model == "2511")
    first = Edit.of(edit(tmp_path, inputs[:1], model="edit")).arguments(tiled=False)
    assert isinstance(first["edit_image"], Image.Image)
    assert first["zero_cond_t"] is False
    with pytest.raises(JobFailedError, match="takes one picture"):
        Edit.of(edit(tmp_path, inputs, model="edit"))


def test_what_is_transparent_becomes_paper_and_the_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    image.paste((200, 0, 0, 255), (0, 0, 20, 20))
    image.save(tmp_path / "x.png")
    (seen,) = pictures.decode([Input(str(tmp_path / "x.png"), "image/png", 6)])
    assert (seen.mode, seen.size) == ("RGB", (100, 200))
    assert seen.getpixel((95, 5)) == (200, 0, 0), "the upper left corner is now the upper right one"
    assert seen.getpixel((50, 150)) == (255, 255, 255)


def test_no_picture_four_pictures_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(JobFailedError, match="no picture"):
        Edit.of(edit(tmp_path, []))
    with pytest.raises(JobFailedError, match="more than 3"):
        Edit.of(edit(tmp_path, saved(tmp_path, *[disc(40, 40)] * 4)))
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    with pytest.raises(JobFailedError, match="Picture 1: "):
        Clip.of(clip(tmp_path, [Input(str(tmp_path / "broken.png"), "image/png", 1)]))
