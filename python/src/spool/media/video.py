"""H.264 that every browser plays: High profile, yuv420p, BT.709 in limited range, the index in front."""

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from PIL import Image

CRF = 18
SPEED = "veryfast"
THREADS = 4
"""Fixed, because the encoder's output depends on it: the same frames must give the same bytes on every machine."""

_CPU = Path("/proc/cpuinfo")

_BT709 = 1  # ITU-T H.273: the same number for primaries, transfer and matrix
_LIMITED = 1  # AVCOL_RANGE_MPEG


@cache
def _instructions() -> dict[str, str]:
    """Keep x264 from its code for AVX-512, which gives other bytes from run to run; all who have that have AVX2 too."""
    try:
        wide = " avx512f " in _CPU.read_text()
    except OSError:
        wide = False
    return {"x264-params": "asm=avx2"} if wide else {}


class VideoWriter:
    """Encodes frames one by one into an mp4; nothing but the encoder's look-ahead is held in memory.

    Use it in a `with` block. The file is complete after the block; what an error left unfinished is removed.
    `metadata` is stored as JSON in the comment, its `prompt` as the title. No time is written: same frames, same bytes.
    """

    def __init__(self, path: Path, width: int, height: int, fps: int, metadata: Mapping[str, object]) -> None:
        self._path = path
        self.frames = 0
        options = {"movflags": "+faststart+use_metadata_tags", "fflags": "+bitexact"}
        self._file = av.open(str(path), "w", format="mp4", options=options)
        self._file.metadata["title"] = str(metadata.get("prompt", ""))
        self._file.metadata["comment"] = json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))
        stream = self._file.add_stream("libx264", rate=fps)  # pyright: ignore[reportUnknownMemberType]
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": str(CRF), "preset": SPEED, "profile": "high", **_instructions()}
        stream.codec_context.thread_count = THREADS
        stream.codec_context.color_range = _LIMITED
        stream.codec_context.colorspace = _BT709
        stream.codec_context.color_primaries = _BT709
        stream.codec_context.color_trc = _BT709
        stream.time_base = Fraction(1, fps)
        self._stream = stream

    def write(self, image: Image.Image) -> None:
        """Add one RGB frame of the size given at the start."""
        full = av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
        frame = full.reformat(
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
        )
        frame.pts = self.frames
        frame.time_base = Fraction(1, self._stream.average_rate or 1)
        self._encode(frame)
        self.frames += 1

    def _encode(self, frame: av.VideoFrame | None) -> None:
        """Encode a frame, or what the encoder still holds back, and store what comes out."""
        self._file.mux(self._stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self._encode(None)
        finally:
            self._file.close()
            if error is not None:
                self._path.unlink(missing_ok=True)
