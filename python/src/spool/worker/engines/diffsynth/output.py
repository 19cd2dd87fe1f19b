"""The files of a result, with what made them written inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spool.media import image as still
from spool.media.video import VideoWriter
from spool.worker.protocol import Output, Poster

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from PIL import Image

    from spool.worker.engines.diffsynth.stages import Stages


def write_clip(
    folder: Path, frames: Sequence[Image.Image], fps: int, told: Mapping[str, object], stages: Stages
) -> Output:
    """Encode a clip; a cancel is seen at each frame and leaves no file."""
    stages.enter("encode", len(frames))
    folder.mkdir(parents=True, exist_ok=True)
    path, poster = folder / "video.mp4", folder / "poster.webp"
    width, height = frames[0].size
    with VideoWriter(path, width, height, fps, told) as writer:
        for frame in frames:
            writer.write(frame)
            stages.step()
    still.write_poster(poster, frames[0])
    stages.leave()
    return Output(str(path), "video/mp4", width, height, len(frames), fps, Poster(str(poster), "image/webp"))


def write_picture(folder: Path, picture: Image.Image, told: Mapping[str, object], stages: Stages) -> Output:
    """Write a picture; a cancel is seen some times and leaves no file."""
    stages.enter("encode")
    folder.mkdir(parents=True, exist_ok=True)
    path, poster = folder / "picture.png", folder / "poster.webp"
    still.write_png(path, picture, told, stages.check)
    still.write_poster(poster, picture)
    stages.leave()
    return Output(str(path), "image/png", *picture.size, poster=Poster(str(poster), "image/webp"))
