"""Pictures of every kind come out upright, opaque and in the right colours."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps

from spool.media import picture

Colour = tuple[int, int, int]
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 40), (40, 50, 210), (255, 255, 255)


def corners(image: Image.Image) -> list[Colour]:
    """Return the colours near the corners: upper left, upper right, lower left, lower right."""
    w, h = image.size
    spots = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 3 * h // 4), (3 * w // 4, 3 * h // 4)]
    return [cast("Colour", image.getpixel(spot)) for spot in spots]


def quarters() -> Image.Image:
    """Four colours, wider than high, so that every turn and mirroring shows."""
    image = Image.new("RGB", (48, 32), WHITE)
    for place, colour in (((0, 0), RED), ((24, 0), GREEN), ((0, 16), BLUE)):
        image.paste(colour, (*place, place[0] + 24, place[1] + 16))
    return image


# Where the four quarters of an upright picture lie in the stored one, by orientation (EXIF 2.32, tag 0x0112).
STORED_BY = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def stored(orientation: int) -> Image.Image:
    """Turn the quarters as a camera that was held that way stores them."""
    turn = STORED_BY.get(orientation)
    return quarters() if turn is None else quarters().transpose(turn)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "stored.png"
    stored(orientation).save(path)
    upright = picture.read(path, orientation)
    assert upright.size == (48, 32)
    assert corners(upright) == [RED, GREEN, BLUE, WHITE]


def test_the_orientation_is_the_one_that_libraries_mean(tmp_path: Path) -> None:
    """Guards the table above against being wrong in the same way as the code."""
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        path = tmp_path / f"{orientation}.png"
        stored(orientation).save(path, exif=exif)
        with Image.open(path) as read:
            assert corners(ImageOps.exif_transpose(read)) == [RED, GREEN, BLUE, WHITE]


def test_an_orientation_inside_the_file_is_not_applied_a_second_time(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "stored.png"
    stored(6).save(path, exif=exif)
    assert picture.read(path, 6).size == (48, 32)
    assert picture.read(path, 1).size == (32, 48)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (16, 16), (200, 0, 0, 0))
    image.paste((90, 90, 90, 255), (0, 0, 8, 16))
    path = tmp_path / "cut-out.png"
    image.convert(mode).save(path)
    read = picture.read(path)
    assert read.mode == "RGB"
    assert read.getpixel((12, 8)) == WHITE
    assert np.abs(np.array(read.getpixel((4, 8))) - 90).max() <= 3


def test_half_transparent_is_mixed_with_white(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    Image.new("RGBA", (4, 4), (0, 0, 0, 128)).save(path)
    assert picture.read(path).getpixel((0, 0)) == (127, 127, 127)


def test_a_palette_with_a_transparent_colour_is_flattened(tmp_path: Path) -> None:
    image = quarters().quantize(8)
    path = tmp_path / "palette.png"
    transparent = image.getpixel((1, 1))
    image.save(path, transparency=transparent)
    assert corners(picture.read(path)) == [WHITE, GREEN, BLUE, WHITE]


def test_sixteen_bits_of_grey_are_scaled(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 256, dtype=np.uint16).reshape(16, 16)
    path = tmp_path / "deep.png"
    Image.fromarray(values).save(path)
    read = np.asarray(picture.read(path))
    assert np.abs(read[..., 0].astype(int) - np.round(values / 257.0)).max() <= 1
    assert (read[..., 0] == read[..., 2]).all()


@pytest.mark.parametrize(("mode", "value"), [("L", 77), ("1", 1)])
def test_grey_and_black_and_white_become_rgb(tmp_path: Path, mode: str, value: int) -> None:
    path = tmp_path / "grey.png"
    Image.new(mode, (8, 8), value).save(path)
    grey = 255 if mode == "1" else value
    assert picture.read(path).getpixel((3, 3)) == (grey, grey, grey)


def test_cmyk_becomes_rgb_with_its_colours(tmp_path: Path) -> None:
    path = tmp_path / "print.jpg"
    quarters().convert("CMYK").save(path, quality=95, subsampling=0)
    for found, wanted in zip(corners(picture.read(path)), [RED, GREEN, BLUE, WHITE], strict=True):
        assert np.abs(np.array(found) - np.array(wanted)).max() <= 12


def srgb() -> bytes:
    """Return a profile that changes nothing."""
    profile = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return ImageCms.ImageCmsProfile(profile).tobytes()  # pyright: ignore[reportUnknownArgumentType]


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    swapped = srgb().replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    path = tmp_path / "managed.png"
    quarters().save(path, icc_profile=swapped)
    for found, (r, g, b) in zip(corners(picture.read(path)), [RED, GREEN, BLUE, WHITE], strict=True):
        assert np.abs(np.array(found) - np.array((b, g, r))).max() <= 3


def test_a_usual_colour_profile_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "managed.png"
    quarters().save(path, icc_profile=srgb())
    assert corners(picture.read(path)) == [RED, GREEN, BLUE, WHITE]


def test_a_picture_whose_profile_was_applied_carries_none_into_its_results(tmp_path: Path) -> None:
    path = tmp_path / "managed.png"
    quarters().save(path, icc_profile=srgb())
    assert "icc_profile" not in picture.read(path).info


def test_a_broken_colour_profile_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "managed.png"
    quarters().save(path, icc_profile=b"no profile at all")
    assert corners(picture.read(path)) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_are_read_by_content_and_not_by_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture.txt"
    quarters().save(path, kind, quality=95)
    assert picture.read(path).size == (48, 32)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "picture.png"
    quarters().save(path, kind)
    with pytest.raises(picture.UnreadablePictureError):
        picture.read(path)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.95])
def test_a_file_cut_short_is_refused(tmp_path: Path, share: float) -> None:
    data = io.BytesIO()
    Image.effect_noise((64, 64), 80).save(data, "PNG")
    path = tmp_path / "cut.png"
    path.write_bytes(data.getvalue()[: round(share * data.tell())])
    with pytest.raises(picture.UnreadablePictureError):
        picture.read(path)


def test_a_picture_over_forty_megapixels_is_refused_before_it_takes_memory(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Image.new("1", (8000, 5001)).save(path)
    with pytest.raises(picture.UnreadablePictureError, match="8000 by 5001"):
        picture.read(path)


@pytest.mark.parametrize("size", [(48, 32), (32, 48), (10, 90)])
def test_cover_fills_the_frame_without_stretching(size: tuple[int, int]) -> None:
    circle = Image.new("L", (200, 120), 0)
    ImageDraw.Draw(circle).ellipse((60, 20, 140, 100), fill=255)
    covered = picture.cover(circle, *size)
    assert covered.size == size
    scale = max(size[0] / 200, size[1] / 120)
    pixels = np.asarray(covered) > 127
    assert pixels.sum(axis=0).max() == pytest.approx(min(80 * scale, size[1]), abs=2)
    assert pixels.sum(axis=1).max() == pytest.approx(min(80 * scale, size[0]), abs=2)


CROPS = json.loads((Path(__file__).parents[3] / "tests/fixtures/pictures/crops.json").read_text())


@pytest.mark.parametrize("crop", CROPS, ids=lambda crop: f"{crop['picture']} {crop['size']}")
def test_cover_keeps_what_the_studio_shows_that_it_keeps(crop: dict[str, Any]) -> None:
    (width, height), size, kept = crop["picture"], tuple(crop["size"]), crop["kept"]
    across = np.tile(np.arange(width, dtype=np.float32) + 0.5, (height, 1))
    down = np.tile(np.arange(height, dtype=np.float32) + 0.5, (width, 1)).T
    for places, begin, length, axis in [(across, kept["x"], kept["width"], 1), (down, kept["y"], kept["height"], 0)]:
        covered = np.asarray(picture.cover(Image.fromarray(places), *size))
        # Away from the border, where nothing outside is mixed in.
        for share in [0.25, 0.5, 0.75]:
            at = int(share * size[1 - axis])
            found = covered.take(at, axis=axis).mean()
            assert found == pytest.approx(begin + (at + 0.5) / size[1 - axis] * length, abs=0.6)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_a_cut_out_keeps_what_is_transparent(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (16, 8), (200, 200, 200, 0))
    image.paste((90, 90, 90, 255), (0, 0, 8, 8))
    path = tmp_path / "cut-out.png"
    image.convert(mode).save(path)
    read = picture.read_cut_out(path, 6)
    assert (read.mode, read.size) == ("RGBA", (8, 16))
    assert [read.getchannel("A").getpixel(spot) for spot in ((4, 2), (4, 12))] == [255, 0]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P"])
def test_what_is_opaque_is_no_cut_out(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "opaque.png"
    quarters().convert(mode).save(path)
    assert picture.read_cut_out(path).tobytes() == picture.read(path).tobytes()


def test_a_colour_profile_is_applied_to_a_cut_out(tmp_path: Path) -> None:
    swapped = srgb().replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    source = quarters()
    source.putalpha(Image.new("L", source.size, 128))
    path = tmp_path / "managed.png"
    source.save(path, icc_profile=swapped)
    read = picture.read_cut_out(path)
    assert set(read.getchannel("A").get_flattened_data()) == {128}
    for found, (r, g, b) in zip(corners(read.convert("RGB")), [RED, GREEN, BLUE, WHITE], strict=True):
        assert np.abs(np.array(found) - np.array((b, g, r))).max() <= 3
