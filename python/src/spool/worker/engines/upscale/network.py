"""The network in ncnn, on the processor alone, with the same bytes on any number of threads."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

# Threads that wait for each other by spinning starve a machine that does something else too. OpenMP reads this once,
# when ncnn loads it.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import ncnn

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from spool.worker.engines.upscale.weights import Weights

MAX_THREADS = 8
OUT_OF_MEMORY = -100
"""What ncnn returns when it cannot get memory."""


def usable_threads() -> int:
    """Return how many threads this process should compute on."""
    return min(MAX_THREADS, len(os.sched_getaffinity(0)))


class Network:
    """The loaded network. Arrays are float32 of shape (3, height, width) with values 0-1."""

    def __init__(self, weights: Weights, threads: int) -> None:
        """Load the network; raises `RuntimeError` for files that ncnn does not understand."""
        self._net = ncnn.Net()
        options = self._net.opt
        options.use_vulkan_compute = False
        # Half precision exists on some processors only, and would give other bytes there.
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        options.num_threads = threads
        # Pools of our own can be emptied; those that ncnn makes otherwise keep the most they ever held.
        self._pools = ncnn.PoolAllocator(), ncnn.PoolAllocator()
        options.blob_allocator, options.workspace_allocator = self._pools
        if self._net.load_param(str(weights.graph)) != 0 or self._net.load_model(str(weights.numbers)) != 0:
            raise RuntimeError(f"ncnn cannot load {weights.numbers.name}")
        # Every third sum closes one of the 23 residual blocks, which are nearly all of the work.
        sums = [layer.tops[0] for layer in self._net.layers() if layer.type == "Eltwise"]
        self._pauses = sums[2::3]

    def __call__(self, picture: NDArray[np.float32], checkpoint: Callable[[], None]) -> NDArray[np.float32]:
        """Return `picture` four times larger, values not clipped; `checkpoint` is called about 20 times meanwhile.

        What it raises ends the work. `MemoryError` when there is not enough memory.
        """
        extractor = self._net.create_extractor()
        try:
            # A Mat borrows the array's memory: the name keeps it alive until the clone has its own.
            dense = np.ascontiguousarray(picture, dtype=np.float32)
            _check(extractor.input("data", ncnn.Mat(dense).clone()))
            for blob in self._pauses:
                checkpoint()
                _check(extractor.extract(blob)[0])
            checkpoint()
            status, enlarged = extractor.extract("output")
            _check(status)
            return np.array(enlarged, dtype=np.float32)
        finally:
            # It holds hundreds of megabytes, which the traceback of an error would keep.
            del extractor

    def rest(self) -> None:
        """Give back the memory that only running takes: some 50 KB for each pixel of the largest tile."""
        for pool in self._pools:
            pool.clear()


def _check(status: int) -> None:
    if status == OUT_OF_MEMORY:
        raise MemoryError
    if status != 0:
        raise RuntimeError(f"ncnn returned {status}")
