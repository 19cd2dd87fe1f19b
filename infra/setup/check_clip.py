"""Decode a clip and compare the number of its frames: check_clip.py FILE FRAMES."""

import sys

import av


def main() -> None:
    path, wanted = sys.argv[1], int(sys.argv[2])
    with av.open(path) as clip:
        stream = clip.streams.video[0]
        frames = sum(1 for _ in clip.decode(stream))
        size = f"{stream.width}x{stream.height}"
    if frames != wanted:
        sys.exit(f"{path} decodes to {frames} frames, but {wanted} were asked for")
    print(f"{path} decodes to {frames} frames of {size}")


main()
