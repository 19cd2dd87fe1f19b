"""Every word of a script, through a real worker process over a real socket."""

from __future__ import annotations

import hashlib
import io
import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.worker.harness import PATIENCE, Fields, WorkerProcess

Written = Callable[[str], Path]
SIGKILL_STATUS = -9


def progress_of(messages: list[tuple[str, Fields]]) -> list[Fields]:
    return [body for name, body in messages if name == "progress"]


def dies(worker: WorkerProcess) -> int:
    """Read until the worker is gone; return its exit status."""
    with pytest.raises(EOFError):
        worker.until("succeeded", "failed", "canceled")
    return worker.process.wait(PATIENCE)


@pytest.mark.parametrize("workflow", ["i2v", "qwen", "upscale"])
def test_every_workflow_ends_with_a_real_picture(worker: WorkerProcess, written: Written, workflow: str) -> None:
    worker.run("j", workflow)
    messages = worker.until("succeeded", "failed", "canceled")
    assert messages[0] == ("started", {"job": "j"})
    name, body = messages[-1]
    assert name == "succeeded"
    (output,) = body["outputs"]
    assert output["path"] == str(written("j"))
    with Image.open(output["path"]) as picture:
        picture.load()
        assert (picture.format, picture.size) == ("PNG", (output["width"], output["height"]))


def test_the_result_depends_on_the_parameters_and_on_nothing_else(worker: WorkerProcess, written: Written) -> None:
    for job, attempt, seed in (("a", 1, 7), ("b", 2, 7), ("c", 1, 8)):
        worker.run(job, attempt=attempt, prompt="output_bytes=500", seed=seed)
        assert worker.ending()[0] == "succeeded"
    assert written("a").read_bytes() == written("b").read_bytes()
    assert written("a").read_bytes() != written("c").read_bytes()


def test_a_unique_result_is_that_of_no_other_execution(worker: WorkerProcess, written: Written) -> None:
    for job in ("a", "b"):
        worker.run(job, prompt="unique=1", seed=7)
        assert worker.ending()[0] == "succeeded"
    assert written("a").read_bytes() != written("b").read_bytes()


def test_previews_are_remembered_before_they_are_sent_and_unique_ones_tell_executions_apart(tmp_path: Path) -> None:
    log = tmp_path / "executions.jsonl"
    with WorkerProcess(tmp_path, environment={"SPOOL_SCRIPTED_LOG": str(log)}) as worker:
        assert worker.next()[0] == "hello"
        sent: list[str] = []
        for attempt in (1, 2):
            worker.run("a", attempt=attempt, prompt="steps=1 preview_every=1 unique=1")
            messages = worker.until("succeeded", "failed", "canceled")
            sent += [hashlib.sha256(body["bytes"]).hexdigest() for name, body in messages if name == "preview"]
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    drew = {line["sha256"]: line["attempt"] for line in lines if line["what"] == "drew"}
    assert [drew[sha256] for sha256 in sent] == [1, 2]


def test_every_execution_is_remembered_by_the_one_who_ran_it(tmp_path: Path) -> None:
    log = tmp_path / "executions.jsonl"
    with WorkerProcess(tmp_path, environment={"SPOOL_SCRIPTED_LOG": str(log), "SPOOL_SCRIPTED_AGENT": "g"}) as worker:
        assert worker.next()[0] == "hello"
        worker.run("a", attempt=2)
        _, body = worker.ending()
        worker.run("b", prompt="fail_at=1")
        assert worker.ending()[0] == "failed"
        pid = worker.process.pid
    sha256 = hashlib.sha256(Path(body["outputs"][0]["path"]).read_bytes()).hexdigest()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [(line["what"], line["job"], line["attempt"]) for line in lines] == [
        ("began", "a", 2),
        ("wrote", "a", 2),
        ("ended", "a", 2),
        ("began", "b", 1),
        ("ended", "b", 1),
    ]
    assert [line.get("sha256") for line in lines] == [None, sha256, None, None, None]
    assert {(line["pid"], line["agent"]) for line in lines} == {(pid, "g")}
    times = [line["at_us"] for line in lines]
    assert times == sorted(times)
    assert lines[0]["folder"] == lines[2]["folder"] != lines[3]["folder"]


@pytest.mark.parametrize(
    ("script", "did"), [("exit_at=2", "exit"), ("segv_at=1", "segv"), ("crash_at=1", "crash"), ("hang_at=2", "hang")]
)
def test_a_worker_that_ends_or_hangs_as_it_was_told_has_said_so_before(tmp_path: Path, script: str, did: str) -> None:
    log = tmp_path / "executions.jsonl"
    with WorkerProcess(tmp_path, environment={"SPOOL_SCRIPTED_LOG": str(log)}) as worker:
        assert worker.next()[0] == "hello"
        worker.run("a", prompt=f"steps=3 {script}")
        deadline = time.monotonic() + 20
        while not log.is_file() or len(log.read_text().splitlines()) < 2:
            assert time.monotonic() < deadline, log
            time.sleep(0.01)
        worker.process.kill()
    assert [json.loads(line)["what"] for line in log.read_text().splitlines()] == ["began", did]


def test_a_result_in_another_place_is_no_result_and_noise_is_remembered(tmp_path: Path) -> None:
    log = tmp_path / "executions.jsonl"
    with WorkerProcess(tmp_path, environment={"SPOOL_SCRIPTED_LOG": str(log)}) as worker:
        assert worker.next()[0] == "hello"
        worker.run("a", prompt="steps=1 output=outside noise_bytes=10")
        worker.ending()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["what"] for line in lines] == ["began", "noise", "ended"]
    assert all("sha256" not in line for line in lines)


def test_steps_of_the_prompt_override_the_parameter(worker: WorkerProcess) -> None:
    worker.run("j", num_inference_steps=4)
    assert progress_of(worker.until("succeeded"))[-1]["steps"] == 4
    worker.run("k", prompt="a cat steps=9 walks", num_inference_steps=4)
    assert progress_of(worker.until("succeeded"))[-1]["steps"] == 9


def test_progress_ends_with_the_last_step_and_never_goes_back(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=40 step_ms=4")
    seen = progress_of(worker.until("succeeded"))
    fractions = [body["fraction"] for body in seen]
    assert fractions == sorted(fractions)
    assert (seen[-1]["step"], seen[-1]["steps"], seen[-1]["fraction"]) == (40, 40, 1.0)


def test_a_step_takes_the_time_it_is_given(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=5 step_ms=30")
    name, body = worker.ending()
    assert name == "succeeded"
    assert body["timings"]["denoise_ms"] >= 150


def test_fail_at_fails_after_the_steps_before_it(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=5 fail_at=3 step_ms=60")
    messages = worker.until("failed")
    assert progress_of(messages)[-1]["step"] == 2
    assert messages[-1][1] == {
        "job": "j",
        "code": "engine_error",
        "message": "Failed at step 3 as the prompt asked.",
        "hint": "Ask for something else.",
        "retryable": True,
    }


@pytest.mark.parametrize(
    ("code", "retryable"),
    [
        ("bad_input", False),
        ("missing_weights", False),
        ("result_too_large", False),
        ("out_of_memory", False),
        ("engine_error", True),
        ("storage", True),
    ],
)
def test_fail_names_the_code_and_the_code_says_whether_to_retry(
    worker: WorkerProcess, code: str, *, retryable: bool
) -> None:
    worker.run("j", prompt=f"fail_at=1 fail={code}")
    _, body = worker.ending()
    assert (body["code"], body["retryable"]) == (code, retryable)


def test_fail_times_limits_failing_to_the_first_attempts(worker: WorkerProcess) -> None:
    endings: list[str] = []
    for attempt in (1, 2, 3):
        worker.run(f"j{attempt}", attempt=attempt, prompt="fail_at=2 fail_times=2")
        endings.append(worker.ending()[0])
    assert endings == ["failed", "failed", "succeeded"]


def test_a_step_behind_the_last_is_never_reached(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=3 fail_at=4 crash_at=4 hang_at=4 exit_at=4 segv_at=4")
    assert worker.ending()[0] == "succeeded"


def test_crash_at_kills_the_process(worker: WorkerProcess) -> None:
    worker.run("j", prompt="crash_at=2")
    assert dies(worker) == SIGKILL_STATUS


def test_crash_times_limits_crashing_to_the_first_attempts(worker: WorkerProcess) -> None:
    worker.run("j", attempt=2, prompt="crash_at=2 crash_times=1")
    assert worker.ending()[0] == "succeeded"
    worker.run("k", attempt=1, prompt="crash_at=2 crash_times=1")
    assert dies(worker) == SIGKILL_STATUS


def test_exit_at_ends_the_process_with_status_0_and_without_a_word(worker: WorkerProcess) -> None:
    worker.run("j", prompt="exit_at=2")
    assert dies(worker) == 0


def test_exit_code_is_the_status_of_such_an_end(worker: WorkerProcess) -> None:
    worker.run("j", prompt="exit_at=2 exit_code=7")
    assert dies(worker) == 7


def test_segv_at_ends_the_process_by_that_signal(worker: WorkerProcess) -> None:
    worker.run("j", prompt="segv_at=2")
    assert dies(worker) == -signal.SIGSEGV


def test_fork_leaves_a_child_in_the_group_that_only_a_kill_ends(worker: WorkerProcess) -> None:
    worker.run("j", prompt="fork=1")
    assert worker.ending()[0] == "succeeded"
    pid = worker.process.pid
    children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    assert len(children) == 1
    assert os.getpgid(children[0]) == os.getpgid(pid)
    os.kill(children[0], signal.SIGTERM)
    ignored = int(Path(f"/proc/{children[0]}/status").read_text().split("SigIgn:")[1].split()[0], 16)
    assert ignored & 1 << (signal.SIGTERM - 1)
    os.kill(children[0], signal.SIGKILL)


def test_ignore_term_leaves_only_a_kill(worker: WorkerProcess) -> None:
    worker.run("j", prompt="ignore_term=1 steps=3 hang_at=2")
    while worker.next()[1].get("step") != 1:
        pass
    worker.process.terminate()
    assert worker.silent_for(1.0)
    worker.process.kill()
    assert worker.process.wait(PATIENCE) == SIGKILL_STATUS


def test_hang_at_says_nothing_more_and_is_deaf_to_a_cancel(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=3 hang_at=3 step_ms=60")
    while worker.next()[1].get("step") != 2:
        pass
    worker.send("cancel", job="j")
    assert worker.silent_for(1.0)
    worker.process.terminate()
    assert worker.process.wait(PATIENCE) == -15


@pytest.mark.parametrize("size", [200, 1_000, 1_048_576, 1_048_576 + 153, 5_000_001])
def test_output_bytes_is_the_size_of_a_picture_that_still_decodes(
    worker: WorkerProcess, written: Written, size: int
) -> None:
    worker.run("small")
    assert worker.ending()[0] == "succeeded"
    worker.run("padded", prompt=f"output_bytes={size}")
    assert worker.ending()[0] == "succeeded"
    data = written("padded").read_bytes()
    if size - written("small").stat().st_size >= 12:
        assert len(data) == size
    with Image.open(io.BytesIO(data)) as picture:
        picture.verify()


def test_output_names_results_that_no_agent_takes(worker: WorkerProcess, written: Written) -> None:
    worker.run("empty", prompt="output=empty")
    assert worker.ending()[0] == "succeeded"
    assert written("empty").read_bytes() == b""
    worker.run("junk", prompt="output=junk")
    assert worker.ending()[0] == "succeeded"
    assert written("junk").read_bytes() == b"<html>"
    worker.run("outside", prompt="output=outside")
    _, body = worker.ending()
    path = Path(body["outputs"][0]["path"])
    assert path.exists()
    assert not path.resolve().is_relative_to(written("outside").parent.parent)


def test_output_bytes_below_the_smallest_picture_change_nothing(worker: WorkerProcess, written: Written) -> None:
    worker.run("j", prompt="output_bytes=10")
    assert worker.ending()[0] == "succeeded"
    with Image.open(written("j")) as picture:
        picture.load()


def test_preview_every_sends_previews_that_decode_at_most_two_a_second(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=30 step_ms=40 preview_every=1")
    messages = worker.until("succeeded")
    previews = [body for name, body in messages if name == "preview"]
    seconds = messages[-1][1]["timings"]["denoise_ms"] / 1000
    assert 2 <= len(previews) <= 1 + seconds / 0.5
    colours: set[object] = set()
    for body in previews:
        with Image.open(io.BytesIO(body["bytes"])) as picture:
            assert (picture.format, picture.size) == ("WEBP", (body["width"], body["height"]))
            colours.add(picture.convert("RGB").getpixel((0, 0)))
    assert len(colours) == len(previews)


def test_megabytes_of_noise_stay_out_of_the_protocol(worker: WorkerProcess) -> None:
    count = 3_000_000
    worker.run("j", prompt=f"noise_bytes={count}")
    assert worker.ending()[0] == "succeeded"
    worker.send("stop")
    assert worker.process.wait(PATIENCE) == 0
    worker.join_drains()
    assert len(worker.noise) == count


def test_megabytes_on_standard_error_stay_out_of_the_protocol(worker: WorkerProcess) -> None:
    count = 3_000_000
    worker.run("j", prompt=f"stderr_bytes={count}")
    assert worker.ending()[0] == "succeeded"
    worker.send("stop")
    assert worker.process.wait(PATIENCE) == 0
    worker.join_drains()
    assert b"that is not protocol" in worker.log


def test_other_words_and_values_that_are_no_numbers_are_ignored(worker: WorkerProcess) -> None:
    worker.run("j", prompt="steps=many fail_after=2 xfail_at=1 crash_at hang_at=-1 a=b=c =d")
    messages = worker.until("succeeded", "failed")
    assert messages[-1][0] == "succeeded"
    assert progress_of(messages)[-1]["steps"] == 4
