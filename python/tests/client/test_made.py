"""Results say what made them, and files of others are told from them."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import zlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from spool._made import NotMadeHereError, made
from spool.media.image import write_png
from spool.media.video import VideoWriter

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TOLD = {
    "software": "spool 0.1.0", "engine": "preview", "workflow": "i2v", "prompt": 'a "cat" 🐈\n\u0000', "seed": 7,
    "cfg_scale": 1.0, "negative_prompt": "", "end_image": True, "motions": ["zoom in"], "sha256": {"vae": ["ab"]},
}  # fmt: skip
PARAMS = {"prompt": 'a "cat" 🐈\n\u0000', "seed": 7, "cfg_scale": 1.0}


def png(path: Path, told: Mapping[str, object] = TOLD) -> Path:
    write_png(path, Image.effect_noise((300, 200), 90).convert("RGB"), told)
    return path


def mp4(path: Path, told: Mapping[str, object] = TOLD) -> Path:
    with VideoWriter(path, 64, 64, 8, told) as writer:
        for shade in range(5):
            writer.write(Image.new("RGB", (64, 64), (40 * shade, 0, 0)))
    return path


@pytest.mark.parametrize("write", [png, mp4])
def test_a_file_tells_the_request_that_makes_it_again(tmp_path: Path, write: type) -> None:
    found = made(write(tmp_path / "result"))
    assert (found.workflow, found.engine, found.has_end_image) == ("i2v", "preview, spool 0.1.0", True)
    assert found.params == PARAMS
    assert found.told["sha256"] == {"vae": ["ab"]}


def test_a_text_that_an_editor_has_packed_is_read_too(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("parameters", json.dumps(TOLD), zip=True)
    Image.new("RGB", (9, 9)).save(tmp_path / "x.png", pnginfo=info)
    assert made(tmp_path / "x.png").params == PARAMS


def test_a_text_that_grows_without_end_is_no_account_of_a_job(tmp_path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    packed = b"parameters\0\1\0\0\0" + zlib.compress(b" " * (64 << 20))
    info.add(b"iTXt", packed)
    Image.new("RGB", (9, 9)).save(tmp_path / "x.png", pnginfo=info)
    limit = "import resource; resource.setrlimit(resource.RLIMIT_DATA, (48 << 20, 48 << 20));"
    code = f"{limit} from pathlib import Path; from spool._made import made; made(Path({str(tmp_path / 'x.png')!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "NotMadeHereError" in done.stderr


@pytest.mark.parametrize("write", [png, mp4])
def test_a_file_cut_off_anywhere_is_read_or_refused(tmp_path: Path, write: type) -> None:
    whole = write(tmp_path / "whole").read_bytes()
    cut = tmp_path / "cut"
    for length in range(0, min(len(whole), 1400), 3):
        cut.write_bytes(whole[:length])
        with contextlib.suppress(NotMadeHereError):
            assert made(cut).params == PARAMS


def test_a_box_that_has_no_end_is_not_read_for_ever(tmp_path: Path) -> None:
    whole = mp4(tmp_path / "x.mp4").read_bytes()
    at = whole.index(b"hdlr", whole.index(b"udta")) - 4
    (tmp_path / "x.mp4").write_bytes(whole[:at] + bytes(4) + whole[at + 4 :])
    code = f"from pathlib import Path; from spool._made import made; made(Path({str(tmp_path / 'x.mp4')!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=20)
    assert "NotMadeHereError" in done.stderr


@given(at=st.integers(8, 1300), byte=st.integers(0, 255), is_clip=st.booleans())
def test_a_damaged_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int, *, is_clip: bool
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / ("damaged.mp4" if is_clip else "damaged.png")
    if not whole.exists():
        (mp4 if is_clip else png)(whole)
    data = bytearray(whole.read_bytes())
    data[min(at, len(data) - 1)] = byte
    broken = folder / "broken"
    broken.write_bytes(data)
    with contextlib.suppress(NotMadeHereError):
        made(broken)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (None, "says nothing of a job"),
        ("a cat, 8k, Steps: 20, Sampler: Euler", "made by another program"),
        (json.dumps({"software": "other 1.0", "workflow": "i2v"}), "made by another program"),
        (json.dumps({"software": "spool 9.0", "workflow": "t2v"}), "the workflow 't2v'"),
        ("[1]", "made by another program"),
    ],
)
def test_a_file_of_someone_else_is_refused_with_its_name(tmp_path: Path, told: str | None, words: str) -> None:
    info = PngImagePlugin.PngInfo()
    if told is not None:
        info.add_itxt("parameters", told)
    Image.new("RGB", (9, 9)).save(tmp_path / "x.png", pnginfo=info)
    with pytest.raises(NotMadeHereError, match=words) as refused:
        made(tmp_path / "x.png")
    assert str(tmp_path / "x.png") in str(refused.value)


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("hello")
    with pytest.raises(NotMadeHereError, match="no PNG or mp4"):
        made(tmp_path / "x.txt")
