"""Where a virtual camera stands at each moment of a clip, from the names of its motions, its pace and a seed."""

import math
import random
from collections.abc import Collection
from dataclasses import dataclass

_SHAKE_HERTZ = (0.9, 1.7, 2.9)


@dataclass(frozen=True, slots=True)
class Pose:
    """A view of the picture.

    `x` and `y` move it, in widths and heights of the view; `zoom` above 1 is closer; `roll` is in radians.
    `sway_x` and `sway_y` shift near things against far ones, and `depth_zoom` brings near things closer than far ones.
    """

    x: float = 0.0
    y: float = 0.0
    zoom: float = 1.0
    roll: float = 0.0
    sway_x: float = 0.0
    sway_y: float = 0.0
    depth_zoom: float = 0.0


@dataclass(frozen=True, slots=True)
class Room:
    """How much wider and higher the picture is than the view: 0.5 is half a view more."""

    x: float
    y: float


def smoothstep(t: float) -> float:
    """Ease from 0 to 1 with no speed at both ends."""
    t = min(1.0, max(0.0, t))
    return t * t * (3.0 - 2.0 * t)


class Camera:
    """A path: `pose(t, seconds)` for `t` from 0 (first frame) to 1 (last frame)."""

    def __init__(self, motions: Collection[str], pace: float, seed: int, room: Room) -> None:
        chance = random.Random(seed)  # noqa: S311 - the same seed must give the same path
        self._motions = frozenset(motions)
        self._reach = pace * chance.uniform(0.88, 1.12)
        self._drift = chance.uniform(0.0, math.tau)
        self._side = chance.choice((-1.0, 1.0))
        self._waves = [[(hertz, chance.uniform(0.0, math.tau)) for hertz in _SHAKE_HERTZ] for _ in range(3)]
        self._pan = _span(0.075 * self._reach, room.x)
        self._tilt = _span(0.085 * self._reach, room.y)

    def pose(self, t: float, seconds: float) -> Pose:
        """Return the pose at the share `t` of the clip, `seconds` after its beginning."""
        if "still" in self._motions:
            return Pose()
        eased = smoothstep(t)
        x, y = self._travel(eased)
        zoom, depth_zoom = self._approach(eased)
        shake_x, shake_y, shake_roll = self._tremble(seconds)
        orbiting = "orbit" in self._motions
        circle = self._side * self._reach * (eased - 0.5) if orbiting else 0.0
        drift_x, drift_y = self._breath(eased)
        return Pose(
            x=x + drift_x + shake_x - 0.07 * circle,
            y=y + drift_y + shake_y,
            zoom=zoom * (1.0 + 0.05 * self._reach * eased if orbiting else 1.0),
            roll=math.radians(2.2) * circle + shake_roll,
            sway_x=0.045 * circle - 0.22 * x - 0.6 * drift_x,
            sway_y=-0.22 * y - 0.6 * drift_y,
            depth_zoom=depth_zoom,
        )

    def _travel(self, eased: float) -> tuple[float, float]:
        along = eased - 0.5
        x = ("pan_right" in self._motions) - ("pan_left" in self._motions)
        y = ("tilt_down" in self._motions) - ("tilt_up" in self._motions)
        return 2.0 * self._pan * x * along, 2.0 * self._tilt * y * along

    def _approach(self, eased: float) -> tuple[float, float]:
        """Return zoom and depth zoom: pulling out is pushing in, seen backwards."""
        moving_out = "zoom_out" in self._motions or "dolly_out" in self._motions
        moving_in = "zoom_in" in self._motions or "dolly_in" in self._motions
        if not (moving_in or moving_out):
            return (1.0 + 0.07 * self._reach * eased, 0.05 * eased) if self._is_free() else (1.0, 0.0)
        near = 1.0 - eased if moving_out and not moving_in else eased
        by_dolly = "dolly_in" in self._motions or "dolly_out" in self._motions
        gain, depth = (0.15, 0.22) if by_dolly else (0.24, 0.06)
        return 1.0 + gain * self._reach * near, depth * self._reach * near

    def _is_free(self) -> bool:
        return self._motions <= {"shake"}

    def _breath(self, eased: float) -> tuple[float, float]:
        """Give a clip without directions a slight drift of its own."""
        size = 0.018 * self._reach * eased if not self._motions else 0.0
        return size * math.cos(self._drift), size * math.sin(self._drift)

    def _tremble(self, seconds: float) -> tuple[float, float, float]:
        if "shake" not in self._motions:
            return 0.0, 0.0, 0.0
        x, y, roll = (
            sum(math.sin(math.tau * hertz * seconds + phase) / hertz for hertz, phase in waves) for waves in self._waves
        )
        return 0.004 * self._reach * x, 0.004 * self._reach * y, math.radians(0.18) * self._reach * roll


def _span(wanted: float, room: float) -> float:
    """Half the way to go: what was wanted, or more where the picture has room to show."""
    return max(wanted, min(0.45 * room, 3.0 * wanted))
