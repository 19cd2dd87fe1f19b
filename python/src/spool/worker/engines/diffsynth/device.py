"""The card that the pipelines run on, or the processor where there is none."""

from __future__ import annotations

import gc

import torch

from spool.worker.engines.diffsynth.memory import GIB, free_in_system

AMPLE = 48 * GIB
"""From here on the VAE works on whole pictures; in tiles it takes two to three times as long."""


class Device:
    """A CUDA card in bfloat16, or the processor in float32."""

    def __init__(self) -> None:
        self.cuda = torch.cuda.is_available()
        self.name = "cuda" if self.cuda else "cpu"
        self.dtype = torch.bfloat16 if self.cuda else torch.float32
        self.tiled = self.cuda and torch.cuda.mem_get_info()[1] < AMPLE
        self._before: torch.cuda.Event | None = None

    def free(self) -> int:
        """Return the bytes that can be had now."""
        if not self.cuda:
            return free_in_system()
        # What torch keeps of memory that it no longer needs is free for it.
        return torch.cuda.mem_get_info()[0] + torch.cuda.memory_reserved() - torch.cuda.memory_allocated()

    def settle(self) -> None:
        """Wait until all work is done."""
        if self.cuda:
            torch.cuda.synchronize()

    def keep_close(self) -> None:
        """Wait until the work before the last call is done.

        Otherwise the processor queues half a step ahead, and a cancel has to wait for all of that.
        """
        if self.cuda:
            event = torch.cuda.Event(blocking=True)
            event.record()
            if self._before is not None:
                self._before.synchronize()
            self._before = event

    def release(self) -> None:
        """Give back memory that nothing refers to any more."""
        gc.collect()
        if self.cuda:
            torch.cuda.empty_cache()
