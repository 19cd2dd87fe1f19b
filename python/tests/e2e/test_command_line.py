"""The command line without a terminal."""

from __future__ import annotations

import json
import re
import resource
from typing import TYPE_CHECKING

import av
import pytest
from PIL import Image

from tests.e2e.conftest import CAT, COFFEE, SLOW, Run

if TYPE_CHECKING:
    from pathlib import Path

    from spool import Client


def frames_in(path: Path) -> list[tuple[int, int]]:
    with av.open(str(path), "r") as clip:
        return [(frame.width, frame.height) for frame in clip.decode(video=0)]


def test_a_picture_becomes_a_clip_of_the_frames_that_were_asked_for(spool: Run, tmp_path: Path) -> None:
    done = spool("i2v", CAT, "-p", "zoom in", "-o", "cat.mp4", "--frames", "33", "--fps", "12", "--size", "256x160")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Saved cat.mp4 (256x160, 33 frames, 2.8 s, ")
    assert "no AI model ran" in done.stdout
    assert frames_in(tmp_path / "cat.mp4") == [(256, 160)] * 33


def test_a_clip_that_takes_seconds_shows_how_far_it_is(spool: Run) -> None:
    done = spool("i2v", CAT, "-p", "zoom in", "-o", "cat.mp4", "--frames", "81", "--size", "832x480")
    assert done.returncode == 0, done.stderr
    assert re.search(r"^Rendering frames · \d+/81 · \d+ %", done.stderr, re.MULTILINE), done.stderr


def test_a_folder_gets_a_file_named_after_picture_and_job(spool: Run, tmp_path: Path) -> None:
    done = spool("qwen", COFFEE, "-p", "sepia", "--size", "256x160", "-o", tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("coffee-*.png")
    with Image.open(path) as edited:
        assert edited.size == (256, 160)
        assert json.loads(edited.info["parameters"])["edits"] == ["sepia"]


def test_the_same_seed_gives_the_same_bytes(spool: Run, tmp_path: Path) -> None:
    for name, seed in (("one", "7"), ("two", "7"), ("three", "8")):
        done = spool(
            "i2v", CAT, "-p", "handheld", "--seed", seed, "--frames", "9", "--size", "128x128", "-o", f"{name}.mp4"
        )
        assert done.returncode == 0, done.stderr
    one, two, three = ((tmp_path / f"{name}.mp4").read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert one != three


def test_a_clip_may_have_an_end_picture(spool: Run, tmp_path: Path) -> None:
    done = spool("i2v", CAT, "--end", COFFEE, "-p", "pan left", "--frames", "9", "--size", "128x128", "-o", "x.mp4")
    assert done.returncode == 0, done.stderr
    assert len(frames_in(tmp_path / "x.mp4")) == 9


def test_several_pictures_become_one(spool: Run, tmp_path: Path) -> None:
    done = spool("qwen", COFFEE, CAT, COFFEE, "-p", "collage", "--size", "256x128", "-o", "x.png")
    assert done.returncode == 0, done.stderr
    with Image.open(tmp_path / "x.png") as edited:
        assert edited.size == (256, 128)


def test_json_is_the_whole_job_and_nothing_else(spool: Run) -> None:
    done = spool("--json", "i2v", CAT, "-p", "zoom out", "--frames", "5", "--size", "128x128", "-o", "x.mp4")
    assert done.returncode == 0
    assert done.stderr == ""
    job = json.loads(done.stdout)
    assert (job["status"], job["workflow"], job["engine"], job["attempts"]) == ("succeeded", "i2v", "preview", 1)
    shown = spool("show", job["id"], "--json")
    assert json.loads(shown.stdout)["id"] == job["id"]


def test_a_detached_job_can_be_shown_followed_and_fetched(spool: Run, tmp_path: Path) -> None:
    detached = spool("i2v", CAT, "-p", "x", "--frames", "5", "--size", "128x128", "--detach")
    job_id = detached.stdout.strip()
    assert detached.returncode == 0
    followed = spool("show", job_id, "--follow", "-o", "later.mp4")
    assert followed.returncode == 0, followed.stderr
    assert len(frames_in(tmp_path / "later.mp4")) == 5
    assert "succeeded" in spool("show", job_id).stdout
    assert job_id in spool("jobs", "--status", "succeeded", "--limit", "50").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--frames", "80"], ["num_frames", "(--frames)"]),
        (["--steps", "101"], ["num_inference_steps", "100", "(--steps)"]),
        (["--negative", "blur"], ["negative_prompt", "cfg_scale", "(--negative)"]),
        (["--frames", "80", "--fps", "1"], ["num_frames", "fps"]),
    ],
)
def test_a_refused_request_names_field_and_limit(spool: Run, arguments: list[str], words: list[str]) -> None:
    done = spool("i2v", CAT, "-p", "x", *arguments)
    assert done.returncode == 2
    assert all(word in done.stderr for word in words), done.stderr


def test_a_place_that_takes_no_result_is_told_before_anything_is_submitted(spool: Run, client: Client) -> None:
    before = [job.id for job in client.jobs(limit=100).items]
    for command in (["i2v", CAT, "-p", "x"], ["qwen", CAT, "-p", "x"], ["upscale", CAT]):
        done = spool(*command, "-o", "none/x.mp4")
        assert done.returncode == 2
        assert done.stderr == "spool: there is no folder none\n"
    assert [job.id for job in client.jobs(limit=100).items] == before


def a_disk_with_room_for_a_thousand_bytes() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))


def test_a_result_that_the_disk_does_not_take_can_be_fetched_later(spool: Run, tmp_path: Path) -> None:
    edit = ("qwen", COFFEE, "-p", "sepia", "--size", "256x160", "-o", "x.png")
    done = spool(*edit, preexec_fn=a_disk_with_room_for_a_thousand_bytes)
    assert done.returncode == 6
    *_, sentence, remedy = done.stderr.splitlines()
    assert sentence == "spool: x.png cannot be written: File too large"
    found = re.fullmatch(r"  Job (\S{36}) is done\. Fetch its result with: spool show \1 -o FILE", remedy)
    assert found is not None, done.stderr
    told = spool("--json", *edit, preexec_fn=a_disk_with_room_for_a_thousand_bytes)
    error = json.loads(told.stderr)["error"]
    assert (told.returncode, error["code"], len(error["job"])) == (6, "not_fetched", 36)
    assert spool("show", found[1], "-o", "x.png").returncode == 0
    with Image.open(tmp_path / "x.png") as edited:
        assert edited.size == (256, 160)


def test_what_is_no_picture_is_refused(spool: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("these are notes")
    done = spool("i2v", "notes.png", "-p", "x")
    assert done.returncode == 2
    assert "input_image" in done.stderr


def test_an_unknown_job_is_told(spool: Run) -> None:
    for command in ("show", "cancel"):
        assert spool(command, "11111111-1111-8111-9111-111111111199").returncode == 5


def test_a_job_is_canceled_by_its_id(spool: Run, client: Client) -> None:
    job_id = spool("i2v", CAT, "-p", "x", *SLOW, "--detach").stdout.strip()
    assert spool("cancel", job_id).returncode == 0
    assert client.get(job_id).status == "canceled"
    followed = spool("show", job_id, "--follow")
    assert followed.returncode == 3
    assert "canceled" in followed.stderr


def test_a_picture_is_enlarged(spool: Run, tmp_path: Path) -> None:
    small = tmp_path / "small.png"
    with Image.open(COFFEE) as coffee:
        coffee.resize((48, 32)).save(small)
    for scale, size in (("2", (96, 64)), ("4", (192, 128))):
        done = spool("upscale", small, "--scale", scale, "-o", f"out{scale}.png")
        assert done.returncode == 0, done.stderr
        with Image.open(tmp_path / f"out{scale}.png") as large:
            assert large.size == size


def test_an_agent_is_listed_drained_and_resumed_by_its_name(spool: Run, client: Client) -> None:
    agent = next(agent for agent in client.agents() if agent.state == "online")
    listed = spool("agents")
    assert agent.name in listed.stdout
    assert "i2v (preview)" in listed.stdout
    assert json.loads(spool("agents", "--json").stdout)[0]["slots"][0]["index"] == 0
    drained = spool("agents", "drain", agent.name)
    try:
        assert drained.stdout == f"Agent {agent.name} finishes what runs and takes nothing new.\n"
        assert client.agent(agent.id).state == "draining"
    finally:
        resumed = spool("agents", "resume", agent.id)
    assert resumed.stdout == f"Agent {agent.name} takes jobs again.\n"
    assert client.agent(agent.id).state == "online"
    for wrong in (["drain"], ["drain", "nobody"]):
        refused = spool("agents", *wrong)
        assert refused.returncode == 2
        assert "agent" in refused.stderr


def test_the_queues_are_shown(spool: Run) -> None:
    shown = spool("queues")
    assert shown.returncode == 0, shown.stderr
    assert [line.split()[0] for line in shown.stdout.splitlines()[1:4]] == ["i2v", "qwen", "upscale"]
    assert "waiting of at most" in shown.stdout
    assert len(json.loads(spool("queues", "--json").stdout)["items"]) == 3
