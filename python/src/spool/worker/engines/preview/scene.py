"""A picture as a stage with a guess of depth, and the camera's view of it as frames."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter, ImageOps

from spool.media.picture import cover
from spool.worker.engines.preview.camera import Camera, Pose, Room

Array = NDArray[np.float64]

COLUMNS, ROWS = 26, 15
OVERSAMPLE = 1.15
"""Scale of the stage against the frame: sampling is close to one to one, from the widest view to a near one."""

MAX_STAGE_VIEWS = 2.2
"""A panorama is cut to so many views: no path leads further."""


class Scene:
    """One picture, ready to be looked at from poses of a camera; every view has `width` by `height` pixels."""

    def __init__(self, picture: Image.Image, width: int, height: int, *, margin: float = 0.0) -> None:
        self.width, self.height = width, height
        self.view_width, self.view_height = width * OVERSAMPLE, height * OVERSAMPLE
        scale = max(self.view_width / picture.width, self.view_height / picture.height)
        stage_width = min(math.ceil(picture.width * scale), math.ceil(self.view_width * MAX_STAGE_VIEWS))
        stage_height = min(math.ceil(picture.height * scale), math.ceil(self.view_height * MAX_STAGE_VIEWS))
        stage = cover(picture, stage_width, stage_height)
        self.room = Room(stage_width / self.view_width - 1.0, stage_height / self.view_height - 1.0)
        self._depth = guess_depth(stage)
        self._margin = round(margin * max(stage_width, stage_height))
        self._stage = _reflect(stage, self._margin) if self._margin else stage
        self._size = (stage_width, stage_height)
        self._closeness = 1.0

    def fit(self, camera: Camera, seconds: float) -> None:
        """Come as close as it takes for the whole path to stay inside the picture."""
        poses = [camera.pose(i / 32, seconds * i / 32) for i in range(33)]
        while self._closeness < 3.0 and not all(self._is_inside(self._corners(pose)) for pose in poses):
            self._closeness *= 1.01

    def view(self, pose: Pose) -> Image.Image:
        """Draw the picture as seen from `pose`."""
        points = self._corners(pose) + self._margin
        limit = np.array([self._stage.width - 0.5, self._stage.height - 0.5])
        points = np.clip(points, 0.5, limit)
        edges_x = np.linspace(0, self.width, COLUMNS + 1).round().astype(int).tolist()
        edges_y = np.linspace(0, self.height, ROWS + 1).round().astype(int).tolist()
        nets = points.tolist()
        mesh = [
            (
                (edges_x[i], edges_y[j], edges_x[i + 1], edges_y[j + 1]),
                (*nets[j][i], *nets[j + 1][i], *nets[j + 1][i + 1], *nets[j][i + 1]),
            )
            for j in range(ROWS)
            for i in range(COLUMNS)
        ]
        return self._stage.transform(
            (self.width, self.height), Image.Transform.MESH, mesh, resample=Image.Resampling.BICUBIC
        )

    def _corners(self, pose: Pose) -> Array:
        """Return where on the stage the corners of the mesh lie: rows, columns, (x, y) in pixels of the stage."""
        u, v = np.meshgrid(_edges(self.width, COLUMNS), _edges(self.height, ROWS))
        far = self._depth_at(*self._flat(u, v, pose, 0.0))
        x, y = self._flat(u, v, pose, pose.depth_zoom * far)
        x = x + pose.sway_x * far * self.view_width
        y = y + pose.sway_y * far * self.view_height
        return np.stack([x, y], axis=-1)

    def _flat(self, u: Array, v: Array, pose: Pose, nearer: Array | float) -> tuple[Array, Array]:
        closer = pose.zoom * self._closeness * (1.0 + nearer)
        across, down = u * self.view_width / closer, v * self.view_height / closer
        cos, sin = math.cos(pose.roll), math.sin(pose.roll)
        x = self._size[0] / 2 + across * cos - down * sin + pose.x * self.view_width / self._closeness
        y = self._size[1] / 2 + across * sin + down * cos + pose.y * self.view_height / self._closeness
        return x, y

    def _depth_at(self, x: Array, y: Array) -> Array:
        """Look up the depth by bilinear interpolation: -0.5 is far, 0.5 is near."""
        rows, columns = self._depth.shape
        fx = np.clip(x / self._size[0], 0, 1) * (columns - 1)
        fy = np.clip(y / self._size[1], 0, 1) * (rows - 1)
        left = np.minimum(fx.astype(int), columns - 2)
        top = np.minimum(fy.astype(int), rows - 2)
        a, b = fx - left, fy - top
        upper = self._depth[top, left] * (1 - a) + self._depth[top, left + 1] * a
        lower = self._depth[top + 1, left] * (1 - a) + self._depth[top + 1, left + 1] * a
        return upper * (1 - b) + lower * b

    def _is_inside(self, points: Array) -> bool:
        slack = 0.75
        low = points.reshape(-1, 2).min(axis=0)
        high = points.reshape(-1, 2).max(axis=0)
        return bool(
            low.min() >= -slack and high[0] <= self._size[0] + slack and high[1] <= self._size[1] + slack,
        )


def _edges(pixels: int, parts: int) -> Array:
    """Return the borders of the mesh's boxes from -0.5 to 0.5, on whole pixels as the boxes are."""
    return np.linspace(0, pixels, parts + 1).round() / pixels - 0.5


def _reflect(stage: Image.Image, margin: int) -> Image.Image:
    pixels = np.pad(np.asarray(stage), ((margin, margin), (margin, margin), (0, 0)), mode="reflect")
    return Image.fromarray(pixels)


def guess_depth(picture: Image.Image) -> Array:
    """Guess how near things are, from -0.5 (far) to 0.5 (near), smooth enough that nothing tears when it moves.

    Three old rules of composition: what is lower is nearer, what is in the middle is the subject, and what is rich in
    detail is in focus. The first weighs most: a slope shears straight lines, where a hump would bend them. No model
    is asked.
    """
    columns, rows = 48, max(8, round(48 * picture.height / picture.width))
    grey = picture.convert("L").resize((4 * columns, 4 * rows), Image.Resampling.BOX)
    detail = ImageOps.crop(grey.filter(ImageFilter.FIND_EDGES), 1).resize((columns, rows), Image.Resampling.BOX)
    detail = np.asarray(detail.filter(ImageFilter.GaussianBlur(5)), dtype=np.float64)
    v, u = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    middle = np.exp(-((u - 0.5) ** 2 / 0.10 + (v - 0.55) ** 2 / 0.12))
    guess = 0.55 * v + 0.35 * middle + 0.25 * detail / max(float(detail.max()), 1.0)
    low, high = float(guess.min()), float(guess.max())
    return (guess - low) / max(high - low, 1e-6) - 0.5
