"""The real network: bytes, shapes, interruption, files that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from spool.worker.engines.upscale import weights
from spool.worker.engines.upscale.network import MAX_THREADS, Network, usable_threads
from tests.upscale.pictures import fur

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


def floats(width: int, height: int) -> NDArray[np.float32]:
    return (np.asarray(fur(width, height)).transpose(2, 0, 1) / 255).astype(np.float32)


def nothing() -> None:
    pass


def test_the_same_picture_gives_the_same_bytes_on_any_number_of_threads(network: Network) -> None:
    picture = floats(37, 29)
    first = network(picture, nothing)
    again = network(picture.copy(), nothing)
    threaded = Network(weights.find(), threads=2)(picture, nothing)
    assert first.tobytes() == again.tobytes() == threaded.tobytes()
    assert np.isfinite(first).all()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 9), (5, 2), (17, 33)])
def test_every_shape_comes_out_four_times_larger(network: Network, width: int, height: int) -> None:
    assert network(floats(width, height), nothing).shape == (3, 4 * height, 4 * width)


def test_memory_that_is_not_contiguous_is_read_right(network: Network) -> None:
    picture = floats(24, 20)
    turned = np.ascontiguousarray(picture.transpose(0, 2, 1)).transpose(0, 2, 1)
    assert not turned.flags.c_contiguous
    assert network(turned, nothing).tobytes() == network(picture, nothing).tobytes()


def test_work_pauses_some_twenty_times_and_ends_where_a_pause_says_so(network: Network) -> None:
    class EnoughError(Exception):
        pass

    pauses = 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == 5:
            raise EnoughError

    with pytest.raises(EnoughError):
        network(floats(16, 16), pause)
    assert pauses == 5
    network(floats(16, 16), pause)
    assert 20 <= pauses - 5 <= 40


def test_files_that_are_no_network_are_refused(tmp_path: Path) -> None:
    for name in ("graph", "numbers"):
        (tmp_path / name).write_bytes(b"no network")
    with pytest.raises(RuntimeError, match="cannot load"):
        Network(weights.Weights(tmp_path / "graph", tmp_path / "numbers"), threads=1)


def test_threads_are_those_of_this_process_up_to_a_limit() -> None:
    assert 1 <= usable_threads() <= MAX_THREADS
