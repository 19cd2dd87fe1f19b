"""An engine for tests and load: it does what `key=value` words in the prompt say, and no picture is computed.

| word | effect |
|---|---|
| `steps=N` | so many steps, whatever the parameters say |
| `step_ms=N` | length of a step, default 0 |
| `fail_at=N`, `fail=CODE`, `fail_times=M` | fails at step N (1) with CODE (`engine_error`), in the first M attempts |
| `crash_at=N`, `crash_times=M` | kills its own process at step N (default 1), in the first M attempts |
| `hang_at=N` | at step N stops forever, deaf to a cancel |
| `exit_at=N`, `exit_code=M` | at step N the process ends with status M (0) and without a word |
| `segv_at=N` | at step N the process ends as one does that reads where nothing is |
| `fork=1` | before the first step, starts a process that holds all that this one has open, and ends for no SIGTERM |
| `ignore_term=1` | from then on, this process ends for no SIGTERM either |
| `ignore_cancel=1` | runs to its end in spite of a cancel |
| `output_bytes=N` | size of the result |
| `output=KIND` | no agent takes it: an `empty` file, `junk` that is no picture, a path `outside` the job's folder |
| `preview_every=N` | a preview after every Nth step, as far as the rate allows |
| `noise_bytes=N` | junk on standard output before the first step |
| `stderr_bytes=N` | the same on standard error |
| `unique=1` | result and previews differ from those of every other execution, this job's own included |

Other words, and values that are not numbers where one is needed, are ignored. Attempts count from 1.

With `SPOOL_SCRIPTED_LOG` set, each execution adds lines of JSON to that file: `what` is `began`, `wrote` when a result
is there (with its `sha256`) and `ended`, which one that is killed never says; before it sends a preview it says `drew`
(with its `sha256`), and before it ends itself, hangs or makes noise, `crash`, `exit`, `segv`, `hang` or `noise`. The
others are `job`, `attempt`, `pid`, `agent` (as `SPOOL_SCRIPTED_AGENT` names it), `slot` and `folder` (the worker's own,
and that of the execution), and `at_us` by the clock that all processes of a machine share. What really ran is so told
by nobody but the one who ran it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from spool.media import tiny
from spool.worker.classes import BY_WORKFLOW
from spool.worker.engines import Result
from spool.worker.errors import JobFailedError
from spool.worker.protocol import Output, Timings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spool.worker.cancel import CancelFlag
    from spool.worker.protocol import Run
    from spool.worker.report import Report

WORKFLOWS = tuple(BY_WORKFLOW)
LOG = "SPOOL_SCRIPTED_LOG"
AGENT = "SPOOL_SCRIPTED_AGENT"
EDGE = 8
DEFAULT_STEPS = 4

_WORD = re.compile(r"(?<!\S)([a-z_]+)=(\S+)")
_CODE = re.compile(r"[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Script:
    """What the prompt asks for; a step of 0 means never."""

    steps: int
    step_ms: int
    fail_at: int
    fail_code: str
    crash_at: int
    hang_at: int
    exit_at: int
    exit_code: int
    segv_at: int
    fork: bool
    ignore_term: bool
    ignore_cancel: bool
    output_bytes: int
    output: str
    preview_every: int
    noise_bytes: int
    stderr_bytes: int
    unique: bool


def script_of(params: Mapping[str, object], attempt: int) -> Script:
    """Read the words of `params["prompt"]` as they hold for this attempt."""
    prompt = params.get("prompt")
    words = dict(_WORD.findall(prompt)) if isinstance(prompt, str) else {}

    def number(name: str, default: int = 0) -> int:
        value = words.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else default

    def armed(names: Iterable[str], times: str) -> bool:
        wanted = any(name in words for name in (*names, times))
        return wanted and (times not in words or attempt <= number(times))

    code = words.get("fail", "")
    steps = params.get("num_inference_steps")
    return Script(
        steps=number("steps", steps if isinstance(steps, int) else DEFAULT_STEPS),
        step_ms=number("step_ms"),
        fail_at=number("fail_at", 1) if armed(("fail_at", "fail"), "fail_times") else 0,
        fail_code=code if _CODE.fullmatch(code) else "engine_error",
        crash_at=number("crash_at", 1) if armed(("crash_at",), "crash_times") else 0,
        hang_at=number("hang_at"),
        exit_at=number("exit_at"),
        exit_code=min(number("exit_code"), 255),
        segv_at=number("segv_at"),
        fork=number("fork") == 1,
        ignore_term=number("ignore_term") == 1,
        ignore_cancel=number("ignore_cancel") == 1,
        output_bytes=number("output_bytes"),
        output=words.get("output", ""),
        preview_every=number("preview_every"),
        noise_bytes=number("noise_bytes"),
        stderr_bytes=number("stderr_bytes"),
        unique=number("unique") == 1,
    )


class ScriptedEngine:
    """Runs scripts; holds nothing between two jobs."""

    name = "scripted"

    def describe(self, workflow: str) -> tuple[str, ...]:
        """Fulfil every class."""
        return BY_WORKFLOW[workflow]

    def load(self, run: Run, report: Report, cancel: CancelFlag) -> None:
        """Load nothing."""

    def unload(self) -> None:
        """Hold nothing."""

    def run(self, run: Run, report: Report, cancel: CancelFlag) -> Result:
        """Walk through the steps of the script and write a PNG that depends on the parameters alone."""
        _remember(run, "began")
        try:
            return _run(run, report, cancel)
        finally:
            _remember(run, "ended")


def _run(run: Run, report: Report, cancel: CancelFlag) -> Result:
    script = script_of(run.params, run.attempt)
    report.plan({"denoise": 1})
    if script.fork:
        _remember(run, "fork")
        _leave_a_child()
    if script.ignore_term:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if script.noise_bytes or script.stderr_bytes:
        _remember(run, "noise")
    _make_noise(1, script.noise_bytes)
    _make_noise(2, script.stderr_bytes)
    began = time.monotonic()
    for step in range(1, script.steps + 1):
        _act(run, script, step)
        _pass_time(script, cancel)
        report.progress("denoise", step, script.steps)
        if script.preview_every and step % script.preview_every == 0 and report.preview_due():
            _preview(run, script, report, step)
    stepped = time.monotonic()
    output = _write(run, script)
    if Path(output.path).is_file():
        _remember(run, "wrote", Path(output.path).read_bytes())
    timings = Timings(denoise_ms=round(1000 * (stepped - began)), encode_ms=round(1000 * (time.monotonic() - stepped)))
    return Result((output,), timings, (run.requirement,))


def _preview(run: Run, script: Script, report: Report, step: int) -> None:
    green, blue = secrets.token_bytes(2) if script.unique else (96, 160)
    picture = tiny.webp(EDGE, EDGE, (255 * step // script.steps, green, blue))
    _remember(run, "drew", picture)
    report.preview("image/webp", EDGE, EDGE, picture)


def _act(run: Run, script: Script, step: int) -> None:
    if step == script.crash_at:
        _remember(run, "crash")
        os.kill(os.getpid(), signal.SIGKILL)
    if step == script.exit_at:
        _remember(run, "exit")
        os._exit(script.exit_code)
    if step == script.segv_at:
        _remember(run, "segv")
        os.kill(os.getpid(), signal.SIGSEGV)
    if step == script.hang_at:
        _remember(run, "hang")
        _hang()
    if step == script.fail_at:
        raise JobFailedError(script.fail_code, f"Failed at step {step} as the prompt asked.", "Ask for something else.")


def _hang() -> NoReturn:
    while True:
        threading.Event().wait()


def _pass_time(script: Script, cancel: CancelFlag) -> None:
    seconds = script.step_ms / 1000
    if script.ignore_cancel:
        time.sleep(seconds)
    elif seconds:
        cancel.wait(seconds)
    else:
        cancel.raise_if_set()


def _leave_a_child() -> None:
    # Before it is there, so that no SIGTERM finds it unready.
    handler = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if os.fork() == 0:
        while True:
            time.sleep(1)
    signal.signal(signal.SIGTERM, handler)


def _make_noise(pipe: int, count: int) -> None:
    """Write bytes that no reader of lines or of UTF-8 likes: half of them one endless line, some of them invalid."""
    line = b"noise \xff\xfe\0 that is not protocol\n"
    endless = count // 2
    while endless > 0:
        endless -= os.write(pipe, b"x" * min(endless, 1 << 16))
    rest = count - count // 2
    while rest > 0:
        rest -= os.write(pipe, (line * 64)[: min(rest, 64 * len(line))])


def _remember(run: Run, what: str, made: bytes | None = None) -> None:
    log = os.environ.get(LOG)
    if log is None:
        return
    line: dict[str, object] = {
        "what": what,
        "job": run.job,
        "attempt": run.attempt,
        "pid": os.getpid(),
        "agent": os.environ.get(AGENT, ""),
        "slot": os.environ.get("TMPDIR", ""),
        "folder": run.output_dir,
        "at_us": time.monotonic_ns() // 1000,
    }
    if made is not None:
        line["sha256"] = hashlib.sha256(made).hexdigest()
    # One write to a file opened for appending: lines of several workers never mix.
    with Path(log).open("ab", buffering=0) as file:
        file.write(json.dumps(line).encode() + b"\n")


def _write(run: Run, script: Script) -> Output:
    told = json.dumps([run.workflow, dict(run.params)], sort_keys=True, separators=(",", ":"))
    if script.unique:
        told += secrets.token_hex()
    seed = hashlib.sha256(told.encode()).digest()
    picture = tiny.png(EDGE, EDGE, (seed * 6)[: 3 * EDGE * EDGE])
    folder = Path(run.output_dir)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "picture.png"
    with path.open("wb") as file:
        if script.output == "junk":
            file.write(b"<html>")
        elif script.output != "empty":
            file.writelines(tiny.padded(picture, script.output_bytes, int.from_bytes(seed[:8], "big")))
    if script.output == "outside":
        # The folder that the folders of all jobs are in: it is there, so only its place is wrong.
        return Output(f"{run.output_dir}/../..", "image/png", EDGE, EDGE)
    return Output(str(path), "image/png", EDGE, EDGE)


def create() -> ScriptedEngine:
    """Make the engine."""
    return ScriptedEngine()
