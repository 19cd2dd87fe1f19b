"""Pictures as they come from people: decoded under limits, upright, opaque, 8-bit sRGB."""

import io
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps

MAX_PIXELS = 40_000_000
FORMATS = ("PNG", "JPEG", "WEBP")
BACKGROUND = (255, 255, 255)
"""What shows through transparent pixels: paper, as on most pages that a cut-out picture was made for."""

# What each EXIF orientation asks for (EXIF 2.32, tag 0x0112).
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class UnreadablePictureError(ValueError):
    """A file that is no picture of a known format, is cut short, or is over the limit of pixels."""


def read(path: Path, orientation: int = 1) -> Image.Image:
    """Decode a PNG, JPEG or WebP file to RGB, turned upright by its EXIF orientation (1-8).

    The orientation is an argument, because stored pictures have lost their metadata; one in the file is not looked at.
    """
    return _read(path, orientation, to_rgb)


def read_cut_out(path: Path, orientation: int = 1) -> Image.Image:
    """Decode as `read` does, but to RGBA if any pixel is transparent."""
    return _read(path, orientation, to_cut_out)


def _read(path: Path, orientation: int, convert: Callable[[Image.Image], Image.Image]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path, formats=FORMATS) as image:
                _check_size(image)
                image.load()
                converted = convert(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadablePictureError(f"The picture cannot be decoded: {error}") from error
    turn = _UPRIGHT.get(orientation)
    return converted if turn is None else converted.transpose(turn)


def _check_size(image: Image.Image) -> None:
    """Refuse a picture by its header, before its pixels take memory."""
    if image.width * image.height > MAX_PIXELS:
        raise ValueError(f"it has {image.width} by {image.height} pixels, more than {MAX_PIXELS:,}")


def to_rgb(image: Image.Image) -> Image.Image:
    """Convert any mode to 8-bit RGB: colour profiles applied, alpha flattened, 16 bits scaled instead of cut off."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return _from_deep_grey(image)
    if _has_alpha(image):
        cut_out = image.convert("RGBA")
        paper = Image.new("RGBA", cut_out.size, (*BACKGROUND, 255))
        return Image.alpha_composite(paper, cut_out).convert("RGB")
    return _managed(image) or image.convert("RGB")


def to_cut_out(image: Image.Image) -> Image.Image:
    """Convert as `to_rgb` does, but to RGBA if any pixel is transparent."""
    if not _has_alpha(image):
        return to_rgb(image)
    cut_out = image.convert("RGBA")
    alpha = cut_out.getchannel("A")
    opaque = cut_out.convert("RGB")
    opaque.info = image.info
    colours = _managed(opaque) or opaque
    if alpha.getextrema() != (255, 255):
        colours.putalpha(alpha)
    return colours


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info


def _from_deep_grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image, dtype=np.float64)
    eight = np.clip(np.round(values / 257.0), 0, 255).astype(np.uint8)
    return Image.fromarray(eight).convert("RGB")


def _managed(image: Image.Image) -> Image.Image | None:
    """Convert by the embedded profile; a broken or unfitting profile is no reason to refuse a picture."""
    profile = image.info.get("icc_profile")
    if not isinstance(profile, bytes):
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        screen = ImageCms.ImageCmsProfile(srgb)  # pyright: ignore[reportUnknownArgumentType]
        managed = ImageCms.profileToProfile(image, source, screen, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None
    if managed is not None:
        # It is sRGB now, which needs none. The one made above says when, and no two files with it would be the same.
        managed.info.pop("icc_profile", None)
    return managed


def cover(image: Image.Image, width: int, height: int) -> Image.Image:
    """Scale to fill `width` by `height` without stretching, cutting off evenly what stands over."""
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)
