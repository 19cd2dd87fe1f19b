"""What can be typed."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from spool import __version__
from spool.cli import commands, fleet, submit
from spool.job import STATUSES

EPILOG = """\
exit status:
  0 done   1 the job failed   2 wrong command or request   3 the job was canceled   4 the server does not answer
  5 the server refuses   6 the result could not be fetched   130 interrupted, the job goes on

environment:
  SPOOL_SERVER_URL  the server, as --server (default http://127.0.0.1:8080)
  SPOOL_API_KEY     the API key, unless --key-file names one; no flag takes the key itself, because others can
                    read a command's arguments
"""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in pixels."""

    width: int
    height: int


def size(text: str) -> Size:
    """Read `832x480`."""
    found = re.fullmatch(r"(\d{1,5})\s*[xX\u00d7]\s*(\d{1,5})", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size; write it as 832x480")
    return Size(int(found[1]), int(found[2]))


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Read the arguments; a wrong one ends the program with status 2."""
    parser = argparse.ArgumentParser(
        prog="spool",
        description="Turn a picture into a video, or edit a picture, on GPUs that dial in from anywhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"spool {__version__}")
    _add_common(parser, first=True)
    actions = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _i2v(actions)
    _qwen(actions)
    _upscale(actions)
    _jobs(actions)
    _show(actions)
    _cancel(actions)
    _agents(actions)
    _queues(actions)
    return parser.parse_args(argv)


class Actions(Protocol):
    """What `add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:  # noqa: A002
        """Add a command."""
        ...


def _add_common(parser: argparse.ArgumentParser, *, first: bool = False) -> None:
    """Add what may stand before and after the command; the second place must not reset the first."""
    group = parser.add_argument_group("server and output")
    group.add_argument("--server", metavar="URL", help="the server", default=None if first else argparse.SUPPRESS)
    group.add_argument(
        "--key-file", metavar="FILE", type=Path, help="a file that holds the API key",
        default=None if first else argparse.SUPPRESS,
    )  # fmt: skip
    group.add_argument("--json", action="store_true", help="print JSON", default=False if first else argparse.SUPPRESS)


def _command(actions: Actions, name: str, does: str, run: object) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=does.capitalize() + ".")
    parser.set_defaults(command=run)
    return parser


def _i2v(actions: Actions) -> None:
    parser = _command(actions, "i2v", "make a video that begins with a picture", submit.i2v)
    parser.add_argument("picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("-p", "--prompt", required=True, help="what happens")
    parser.add_argument("--end", metavar="PICTURE", type=Path, help="the picture that the video ends with")
    _add_model(parser)
    parser.add_argument("--frames", "--num-frames", dest="frames", type=int, help="number of frames, 4n+1")
    parser.add_argument("--fps", type=int, help="frames a second")
    _add_job(parser)


def _qwen(actions: Actions) -> None:
    parser = _command(actions, "qwen", "edit one to three pictures", submit.qwen)
    parser.add_argument("pictures", nargs="+", metavar="picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("-p", "--prompt", required=True, help="what to change")
    parser.add_argument("--model", help="2511, 2509 or edit")
    _add_model(parser)
    _add_job(parser)


def _upscale(actions: Actions) -> None:
    parser = _command(actions, "upscale", "enlarge a picture", submit.upscale)
    parser.add_argument("picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("--scale", type=int, choices=(2, 4), help="how many times larger")
    _add_job(parser)


def _add_model(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("picture and model")
    group.add_argument("--size", type=size, metavar="WxH", help="size in pixels, as 832x480")
    group.add_argument("--preset", help="lightning or quality: sets the defaults of steps and CFG")
    group.add_argument("--steps", "--num-inference-steps", dest="steps", type=int, help="denoising steps")
    group.add_argument("--cfg", "--cfg-scale", dest="cfg", type=float, help="CFG scale")
    group.add_argument("--negative", "--negative-prompt", dest="negative", help="what should not appear")


def _add_job(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("job")
    group.add_argument("--seed", type=int, help="the same seed gives the same result")
    group.add_argument("--priority", choices=("high", "normal", "low"), help="against other waiting jobs")
    group.add_argument("-o", "--output", metavar="FILE", type=Path, help="where the result goes, a file or a folder")
    group.add_argument("--detach", action="store_true", help="submit, print the job's id, and do not wait")
    _add_common(parser)


def _jobs(actions: Actions) -> None:
    parser = _command(actions, "jobs", "list jobs, newest first", commands.jobs)
    parser.add_argument("--limit", type=int, default=20, help="how many (20)")
    parser.add_argument("--status", choices=STATUSES)
    parser.add_argument("--workflow", choices=("i2v", "qwen", "upscale"))
    _add_common(parser)


def _show(actions: Actions) -> None:
    parser = _command(actions, "show", "show one job", commands.show)
    parser.add_argument("id", help="the job's id")
    parser.add_argument("-f", "--follow", action="store_true", help="wait for its end, with live progress")
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="fetch the result, a file or a folder")
    _add_common(parser)


def _cancel(actions: Actions) -> None:
    parser = _command(actions, "cancel", "cancel a job", commands.cancel)
    parser.add_argument("id", help="the job's id")
    _add_common(parser)


def _agents(actions: Actions) -> None:
    parser = _command(actions, "agents", "list agents, drain one, or resume it", fleet.agents)
    parser.add_argument(
        "action",
        nargs="?",
        choices=("drain", "resume"),
        help="drain: it finishes what runs and takes nothing new; resume: it takes jobs again",
    )
    parser.add_argument("agent", nargs="?", metavar="NAME", help="the agent's name or id")
    _add_common(parser)


def _queues(actions: Actions) -> None:
    parser = _command(actions, "queues", "show what waits, and for how long", fleet.queues)
    _add_common(parser)
