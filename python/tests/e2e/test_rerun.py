"""`spool rerun FILE` with files that the real engines wrote."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from spool._made import made
from tests.e2e.conftest import CAT, COFFEE, Run

if TYPE_CHECKING:
    from pathlib import Path

    from spool import Client

I2V = ("i2v", CAT, "-p", "zoom in, handheld", "--frames", "9", "--size", "128x128", "--fps", "9")
QWEN = ("qwen", COFFEE, CAT, "-p", "collage", "--size", "256x128", "--model", "2509")


@pytest.mark.parametrize(
    ("command", "result"),
    [
        (I2V, "x.mp4"),
        ((*I2V, "--end", COFFEE), "x.mp4"),
        ((*I2V, "--cfg", "3.5", "--negative", "blur", "--preset", "quality", "--steps", "5"), "x.mp4"),
        (QWEN, "x.png"),
    ],
)
def test_a_result_is_made_again_to_the_byte(
    spool: Run, tmp_path: Path, command: tuple[str | Path, ...], result: str
) -> None:
    first = spool(*command, "-o", result)
    assert first.returncode == 0, first.stderr
    pictures = [word for word in command if word in {CAT, COFFEE}]
    (tmp_path / "again").mkdir()
    for more in ([], pictures):
        done = spool("rerun", result, *more, "-o", "again/" + result)
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "again" / result).read_bytes() == (tmp_path / result).read_bytes()
        (tmp_path / "again" / result).unlink()


def test_an_enlarged_picture_is_made_again(spool: Run, tmp_path: Path) -> None:
    from PIL import Image  # noqa: PLC0415 - for this one

    with Image.open(CAT) as cat:
        cat.resize((48, 32)).save(tmp_path / "small.png")
    assert spool("upscale", "small.png", "--scale", "2", "-o", "large.png").returncode == 0
    told = made(tmp_path / "large.png").told
    assert told["engine"] == "upscale"
    assert len(str(told["weights_sha256"])) == 64
    assert spool("rerun", "large.png", "small.png", "-o", "again.png").returncode == 0
    assert (tmp_path / "again.png").read_bytes() == (tmp_path / "large.png").read_bytes()


def test_what_an_engine_knows_stands_in_the_file(spool: Run, tmp_path: Path, client: Client) -> None:
    done = spool("--json", *I2V, "--seed", "7", "-o", "x.mp4")
    job = json.loads(done.stdout)
    told = made(tmp_path / "x.mp4").told
    wanted = {name: job["params"][name] for name in ("seed", "width", "height", "num_frames", "fps", "preset")}
    assert {name: told[name] for name in wanted} == wanted
    assert told["engine"] == "preview"
    request = client.request_of(job["id"])
    assert made(tmp_path / "x.mp4").params.items() <= request.items()


def test_without_the_job_the_pictures_have_to_be_named(spool: Run, tmp_path: Path, client: Client) -> None:
    done = spool("--json", *I2V, "-o", "x.mp4")
    # A file that was written to is no longer the one that the server has.
    with (tmp_path / "x.mp4").open("ab") as file:
        file.write(b"\0\0\0\x08free")
    refused = spool("rerun", "x.mp4")
    assert refused.returncode == 2
    assert refused.stderr == (
        "spool: the server has no job that made x.mp4, and so not its pictures\n"
        "  Name them: spool rerun x.mp4 PICTURE\n"
    )
    again = spool("rerun", "x.mp4", CAT, "--detach", "--priority", "low")
    job = client.wait(again.stdout.strip())
    assert job.params == client.get(json.loads(done.stdout)["id"]).params


def test_a_wrong_number_of_pictures_is_told(spool: Run) -> None:
    assert spool(*I2V, "-o", "x.mp4").returncode == 0
    refused = spool("rerun", "x.mp4", CAT, COFFEE)
    assert refused.returncode == 2
    assert refused.stderr == "spool: the job had one picture, and 2 are named here\n"


def test_a_file_of_someone_else_submits_nothing(spool: Run, tmp_path: Path, client: Client) -> None:
    before = [job.id for job in client.jobs(limit=100).items]
    shutil.copy(CAT, tmp_path / "cat.png")
    refused = spool("rerun", "cat.png")
    assert refused.returncode == 2
    assert refused.stderr == "spool: cat.png is no PNG or mp4 that Spool made: it says nothing of a job\n"
    assert "there is no file none.png" in spool("rerun", "none.png").stderr
    assert [job.id for job in client.jobs(limit=100).items] == before
