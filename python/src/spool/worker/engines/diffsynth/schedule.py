"""How the steps of a clip are shared between the two experts of Wan 2.2.

The pipeline changes to the low-noise expert for good at the first step whose timestep lies below a boundary. The
Lightning LoRAs were distilled with half of the steps for each expert; with a shift of 5 the base model's boundary of
0.9 would give the high-noise one three steps of eight.
"""

SHIFT = 5.0
BASE_BOUNDARY = 0.9
"""The boundary that the base model was trained with."""


def sigmas(steps: int) -> list[float]:
    """Return the share of noise at the beginning of each step."""
    even = [1 - index / steps for index in range(steps)]
    return [SHIFT * share / (1 + (SHIFT - 1) * share) for share in even]


def high_steps(steps: int, preset: str) -> int:
    """Return how many of the steps the high-noise expert takes; the other takes what is left, which may be nothing."""
    if preset == "lightning":
        return -(-steps // 2)
    return sum(sigma >= BASE_BOUNDARY for sigma in sigmas(steps))


def boundary(steps: int, high: int) -> float:
    """Return a boundary that gives the high-noise expert exactly `high` (at least 1) of the steps."""
    after = [*sigmas(steps), 0.0]
    return (after[high - 1] + after[high]) / 2
