"""What is sent: one body, the same each time."""

from __future__ import annotations

import email.parser
import email.policy
import io
import json
from typing import TYPE_CHECKING

import pytest

from spool import _requests as requests
from spool import _submit as submit

if TYPE_CHECKING:
    from pathlib import Path

    from spool._http import Operation
    from spool.job import Job

PNG = b"\x89PNG\r\n\x1a\nrest"


def parts(kind: str, body: bytes) -> list[tuple[str | None, str | None, str, bytes]]:
    """Read a multipart body with the standard library: name, file name, type and content of each part."""
    head = f"Content-Type: {kind}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    found: list[tuple[str | None, str | None, str, bytes]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found.append((str(name), part.get_filename(), part.get_content_type(), content))
    return found


def test_parameters_and_pictures_are_parts_of_one_body(tmp_path: Path) -> None:
    path = tmp_path / "the cat.png"
    path.write_bytes(PNG)
    with path.open("rb") as file:
        body = submit.body(
            {"prompt": "ein Käfer", "seed": 7, "fps": None}, [("a", path), ("b", b"\xff\xd8\xff"), ("a", file)]
        )
    found = parts(*body)
    assert [(name, filename, kind) for name, filename, kind, _ in found] == [
        ("params", None, "application/json"),
        ("a", "the cat.png", "image/png"),
        ("b", "picture", "image/jpeg"),
        ("a", "the cat.png", "image/png"),
    ]
    assert json.loads(found[0][3]) == {"prompt": "ein Käfer", "seed": 7}
    assert [content for *_, content in found[1:]] == [PNG, b"\xff\xd8\xff", PNG]


def test_the_same_request_has_the_same_bytes_and_another_has_not() -> None:
    one, two = (submit.body({"prompt": "x"}, [("a", PNG)]) for _ in range(2))
    assert one == two
    assert submit.body({"prompt": "x"}, [("a", PNG + b"!")])[0] != one[0]


def test_a_file_name_cannot_break_out_of_its_header() -> None:
    file = io.BytesIO(PNG)
    file.name = 'a"\r\nX-Evil: 1\r\n.png'
    body = submit.body({}, [("a", file)])[1]
    assert b'filename="a%22%0D%0AX-Evil: 1%0D%0A.png"' in body
    assert b"\r\nX-Evil" not in body


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(submit.MAX_READ + 1)
    with pytest.raises(ValueError, match=r"huge\.png is larger than 32 MiB"):
        submit.body({}, [("a", path)])


def test_a_missing_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"none\.png"):
        submit.body({}, [("a", tmp_path / "none.png")])


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"GIF89a", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_type_is_told_by_the_first_bytes(data: bytes, kind: str) -> None:
    assert submit.content_type(data) == kind


def sent(operation: Operation[Job]) -> tuple[str, dict[str, object], list[str | None]]:
    """Return the path, the parameters and the names of the pictures of a submit."""
    call = next(operation)
    assert call.body is not None
    found = parts(call.headers["Content-Type"], call.body)
    return call.path, json.loads(found[0][3]), [name for name, *_ in found[1:]]


def test_a_video_is_asked_for_in_the_words_of_the_api() -> None:
    options: requests.VideoOptions = {
        "end_image": PNG, "num_frames": 33, "fps": 12, "steps": 6, "cfg_scale": 1.5, "width": 832, "height": 480,
        "seed": 0, "negative_prompt": "blur", "preset": "quality", "priority": "high", "idempotency_key": "k",
    }  # fmt: skip
    assert sent(requests.i2v(PNG, "p", options)) == (
        "/api/workflows/i2v",
        {
            "prompt": "p", "num_frames": 33, "fps": 12, "num_inference_steps": 6, "cfg_scale": 1.5, "width": 832,
            "height": 480, "seed": 0, "negative_prompt": "blur", "preset": "quality", "priority": "high",
        },
        ["input_image", "end_image"],
    )  # fmt: skip


def test_what_is_left_out_is_not_sent() -> None:
    assert sent(requests.i2v(PNG, "p", {})) == ("/api/workflows/i2v", {"prompt": "p"}, ["input_image"])


def test_an_edit_takes_one_picture_or_several() -> None:
    path, params, pictures = sent(requests.qwen([PNG, PNG, PNG], "p", {"model": "2509"}))
    assert (path, params, pictures) == ("/api/workflows/qwen", {"prompt": "p", "model": "2509"}, ["edit_image"] * 3)
    assert sent(requests.qwen(PNG, "p", {}))[2] == ["edit_image"]


def test_an_enlargement_has_a_scale_and_no_prompt() -> None:
    assert sent(requests.upscale(PNG, {"scale": 4})) == ("/api/workflows/upscale", {"scale": 4}, ["input_image"])
