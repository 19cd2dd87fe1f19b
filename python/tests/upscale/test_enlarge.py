"""Whole pictures: the arithmetic of tiles with a network whose answer is known, and looks with the real one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from spool.worker.engines.upscale.enlarge import bleed, enlarge
from tests.upscale.pictures import fur, sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from spool.worker.engines.upscale.network import Network


SIDES = st.integers(1, 150)


def repeated(picture: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make each pixel a square of four by four: what comes out has to be the same however it was cut."""
    return picture.repeat(4, axis=1).repeat(4, axis=2)


def real(source: Image.Image, scale: int, network: Network, core: int = 80) -> NDArray[np.int16]:
    made = enlarge(source, scale, lambda tile: network(tile, lambda: None), lambda _done, _of: None, core)
    assert made.size == (source.width * scale, source.height * scale)
    return np.asarray(made).astype(np.int16)


def detail(picture: NDArray[np.int16]) -> float:
    """Return how much neighbours differ, in levels."""
    return float(np.abs(np.diff(picture, axis=0)).mean() + np.abs(np.diff(picture, axis=1)).mean())


@settings(max_examples=40)
@given(
    st.integers(1, 150),
    st.integers(1, 150),
    st.sampled_from([2, 4]),
    st.integers(32, 80),
    st.sampled_from(["RGB", "RGBA"]),
)
def test_no_pixel_is_lost_moved_or_mixed_up(width: int, height: int, scale: int, core: int, mode: str) -> None:
    values = np.random.default_rng(width).integers(1, 256, (height, width, len(mode)), dtype=np.uint8)
    source = Image.fromarray(values)
    steps: list[tuple[int, int]] = []
    made = enlarge(source, scale, repeated, lambda done, of: steps.append((done, of)), core)
    assert made.mode == mode
    assert made.tobytes() == source.resize((width * scale, height * scale), Image.Resampling.NEAREST).tobytes()
    tiles = -(-width // core) * -(-height // core)
    assert steps == [(done, tiles) for done in range(1, tiles + 1)]


@pytest.mark.parametrize("source", [fur(72, 68), sample("coffee.png", 180, 80, 72, 68)], ids=["fur", "coffee"])
def test_tiles_leave_no_seam(network: Network, source: Image.Image) -> None:
    """What cutting changes, which is little, changes no faster where tiles meet than it does elsewhere."""
    whole, tiled = real(source, 4, network), real(source, 4, network, core=40)
    error = tiled - whole
    assert np.abs(error).mean() < 0.6 * detail(whole) / 2
    across = np.abs(np.diff(error, axis=1)).mean(axis=(0, 2)), 4 * 36
    down = np.abs(np.diff(error, axis=0)).mean(axis=(1, 2)), 4 * 34
    for step, seam in (across, down):
        elsewhere = np.concatenate((step[seam - 40 : seam - 10], step[seam + 10 : seam + 40]))
        assert step[seam - 3 : seam + 2].max() < 1.4 * np.median(elsewhere)


@pytest.mark.parametrize("scale", [2, 4])
def test_a_photograph_gets_detail_that_plain_enlargement_does_not_have(network: Network, scale: int) -> None:
    source = fur(48, 40)
    made = real(source, scale, network)
    plain = source.resize((48 * scale, 40 * scale), Image.Resampling.LANCZOS)
    assert detail(made) > 1.1 * detail(np.asarray(plain).astype(np.int16))


@pytest.mark.parametrize("name", ["chelsea.png", "coffee.png", "rocket.jpg"])
def test_areas_keep_their_tones(network: Network, name: str) -> None:
    source = sample(name, 200, 100, 48, 48)
    made = real(source, 4, network)
    off = made.reshape(6, 32, 6, 32, 3).mean(axis=(1, 3)) - np.asarray(source).reshape(6, 8, 6, 8, 3).mean(axis=(1, 3))
    assert np.abs(off).max() < 4
    assert np.abs(off).mean() < 0.7


def test_twice_is_four_times_halved(network: Network) -> None:
    source = sample("coffee.png", 180, 80, 40, 30)
    four, two = real(source, 4, network), real(source, 2, network)
    halved = four.reshape(60, 2, 80, 2, 3).mean(axis=(1, 3))
    assert np.abs(two - halved).max() <= 1


def test_a_cut_out_keeps_its_shape_and_gets_no_dark_rim(network: Network) -> None:
    """A light disc on transparent black; the black must not be seen."""
    y, x = np.mgrid[0:40, 0:40]
    inside = (x - 19.5) ** 2 + (y - 19.5) ** 2 < 15**2
    values = np.zeros((40, 40, 4), np.uint8)
    values[inside] = (230, 200, 90, 255)
    made = real(Image.fromarray(values), 4, network)
    assert made.shape == (160, 160, 4)
    alpha = made[..., 3]
    assert abs(float((alpha / 255).sum()) / (16 * inside.sum()) - 1) < 0.05
    assert alpha[:8].max() == 0
    assert alpha[60:100, 60:100].min() == 255
    rim = made[(alpha > 64) & (alpha < 250)][:, :3]
    assert len(rim) > 100
    assert np.abs(rim - (230, 200, 90)).max() < 40


def test_parts_without_any_opaque_pixel_cost_nothing() -> None:
    source = Image.new("RGBA", (160, 40), (90, 10, 10, 0))
    source.paste((90, 10, 10, 255), (0, 0, 20, 40))
    windows: list[tuple[int, ...]] = []

    def watched(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        windows.append(picture.shape)
        return repeated(picture)

    made = enlarge(source, 4, watched, lambda _done, _of: None)
    assert len(windows) == 2, "colours and transparency of the left tile"
    assert made.getchannel("A").getbbox() == (0, 0, 80, 160)


def test_bleeding_keeps_what_is_seen_and_colours_what_is_not() -> None:
    source = Image.new("RGBA", (60, 20), (0, 0, 0, 0))
    source.paste((200, 120, 40, 255), (0, 0, 20, 20))
    source.paste((200, 120, 40, 1), (20, 0, 21, 20))
    spread = np.asarray(bleed(source)).astype(int)
    assert (spread[..., 3] == np.asarray(source)[..., 3]).all()
    assert (spread[:, :21] == np.asarray(source)[:, :21]).all()
    assert np.abs(spread[:, 22:30, :3] - (200, 120, 40)).max() <= 6
