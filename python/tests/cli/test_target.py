"""Where a result goes is looked at before anything is sent."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from spool.cli import main
from spool.cli.target import ready
from spool.job import Job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COMMANDS = (["i2v", "cat.png", "-p", "x"], ["qwen", "cat.png", "-p", "x"], ["upscale", "cat.png"], ["show", "j"])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Listen where the command would send its request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        monkeypatch.setenv("SPOOL_SERVER_URL", f"http://127.0.0.1:{listener.getsockname()[1]}")
        yield listener


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a picture and a pipe."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat.png").write_bytes(b"a picture")
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("none/cat.mp4", "there is no folder none"),
        ("none/", "there is no folder none"),
        ("cat.png/cat.mp4", "there is no folder cat.png"),
        ("pipe", "pipe is neither a file nor a folder"),
        ("/proc/cat.mp4", "/proc/cat.mp4 cannot be written: No such file or directory"),
        ("/proc", "/proc cannot be written: No such file or directory"),
        ("c" * 230, f"{'c' * 230} cannot be written: File name too long"),
        ("", "-o takes the name of a file or of a folder, not an empty one"),
    ],
)
def test_a_place_that_takes_no_result_is_told_before_anything_is_sent(
    command: list[str], target: str, sentence: str, server: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "-o", target]) == 2
    assert capsys.readouterr().err == f"spool: {sentence}\n"
    with pytest.raises(BlockingIOError):
        server.accept()


def test_a_current_folder_that_takes_no_result_is_told_too(
    server: socket.socket, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = str(folder / "cat.png")
    monkeypatch.chdir("/proc")
    assert main(["upscale", picture]) == 2
    assert capsys.readouterr().err == "spool: the current folder cannot be written: No such file or directory\n"
    with pytest.raises(BlockingIOError):
        server.accept()


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is protected against root")
def test_what_this_user_may_not_write_is_told(folder: Path) -> None:
    (folder / "old.mp4").touch(mode=0o400)
    with pytest.raises(ValueError, match=r"old\.mp4 is protected against writing"):
        ready("old.mp4")
    folder.chmod(0o500)
    with pytest.raises(ValueError, match=r"new\.mp4 cannot be written: Permission denied"):
        ready("new.mp4")
    folder.chmod(0o700)


def test_a_look_at_a_place_leaves_nothing_there_and_keeps_what_is(folder: Path) -> None:
    (folder / "old.mp4").write_bytes(b"an older one")
    for given in (None, "old.mp4", "new.mp4", ".", str(folder)):
        ready(given, "cat")
    assert {path.name for path in folder.iterdir()} == {"cat.png", "pipe", "old.mp4"}
    assert (folder / "old.mp4").read_bytes() == b"an older one"


@pytest.mark.parametrize(
    ("given", "stem", "places"),
    [
        ("x.png", "cat", ["x.png", "x-1.png"]),
        (".", "cat", ["cat-01234567-0.png", "cat-01234567-1.png"]),
        (None, "cat", ["cat-01234567-0.png", "cat-01234567-1.png"]),
        (None, None, ["qwen-01234567-0.png", "qwen-01234567-1.png"]),
    ],
)
def test_several_results_have_names_of_their_own(given: str | None, stem: str | None, places: list[str]) -> None:
    outputs = [{"content_type": "image/png"}, {"content_type": "image/png"}]
    job = Job.parse({"id": "0123456789", "workflow": "qwen", "status": "succeeded", "outputs": outputs})
    target = ready(given, stem)
    assert [str(target.place(job, output)) for output in job.outputs] == places
