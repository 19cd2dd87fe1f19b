"""A clip from one picture, or from a first and a last one: camera motion, depth by guess, colours by words."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace

from PIL import Image

from spool.media.picture import cover
from spool.worker.engines.preview import grade, words
from spool.worker.engines.preview.camera import Camera, Pose, smoothstep
from spool.worker.engines.preview.params import VideoParams
from spool.worker.engines.preview.scene import Scene

ENDING_MARGIN = 0.12
"""Mirrored border around the last picture, in shares of its longer side: while the camera still comes to it, it may be
seen from a little outside, half dissolved."""

DISSOLVE = (0.42, 0.86)
LOOK_COMPLETE = 0.7

DRAWERS = 2
"""Threads that draw ahead of the encoder, and so the number of frames in memory."""


class Clip:
    """All that is needed to draw any frame of a clip; `frame(i)` for `i` from 0 to `num_frames` - 1."""

    def __init__(self, pictures: Sequence[Image.Image], params: VideoParams) -> None:
        self.motions = words.found(params.prompt, words.MOTIONS)
        self.looks = words.found(params.prompt, words.LOOKS)
        self._params = params
        self._look = grade.look_for(self.looks)
        self._seconds = (params.num_frames - 1) / params.fps
        self._scene = Scene(pictures[0], params.width, params.height)
        self._camera = Camera(self.motions, words.pace(params.prompt), params.seed, self._scene.room)
        self._scene.fit(self._camera, self._seconds)
        self._ending: Scene | None = None
        if params.end_image and len(pictures) > 1:
            # Cut to the frame's shape first: the clip ends on exactly this view.
            last = cover(pictures[1], params.width, params.height)
            self._ending = Scene(last, params.width, params.height, margin=ENDING_MARGIN)

    def frames(self) -> Iterator[Image.Image]:
        """Draw all frames in their order, a few ahead of the one that is asked for."""
        ahead: deque[Future[Image.Image]] = deque()
        with ThreadPoolExecutor(DRAWERS, thread_name_prefix="draw") as drawers:
            for index in range(self._params.num_frames):
                ahead.append(drawers.submit(self.frame, index))
                if len(ahead) > DRAWERS:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def frame(self, index: int) -> Image.Image:
        """Draw one frame."""
        t = index / max(1, self._params.num_frames - 1)
        image = self._scene.view(self._camera.pose(t, t * self._seconds))
        look = smoothstep(t / LOOK_COMPLETE)
        if self._ending is not None:
            image = self._dissolve(image, t)
        return grade.apply(image, self._look, look)

    def _dissolve(self, image: Image.Image, t: float) -> Image.Image:
        begin, end = DISSOLVE
        share = smoothstep((t - begin) / (end - begin))
        if share == 0.0 or self._ending is None:
            return image
        there = self._camera.pose(1.0, self._seconds)
        here = self._camera.pose(t, t * self._seconds)
        return Image.blend(image, self._ending.view(_towards(here, there)), share)


def _towards(here: Pose, there: Pose) -> Pose:
    """Return `here` as seen from `there`: the camera's way to the last frame, where it stands plainly before it."""
    return replace(
        Pose(),
        x=0.6 * (here.x - there.x),
        y=0.6 * (here.y - there.y),
        zoom=1.0 + 0.6 * (here.zoom / there.zoom - 1.0),
        roll=here.roll - there.roll,
        sway_x=here.sway_x - there.sway_x,
        sway_y=here.sway_y - there.sway_y,
        depth_zoom=here.depth_zoom - there.depth_zoom,
    )
