"""What can be typed."""

import argparse
import re
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from spool import __version__
from spool.cli import commands, exits, fleet, submit
from spool.cli.model_arguments import add_models
from spool.cli.rerun import rerun
from spool.job import STATUSES

EPILOG = """\
exit status:
    0  done
    1  the job failed, or models are missing or wrong
    2  the command or the request is wrong
    3  the job was canceled
    4  the server, or the hub of models, does not answer, or is none
    5  the server refuses: key, unknown job, wrong state, busy
    6  the result could not be fetched (it stays on the server), or a model
  130  interrupted; a job that was submitted goes on

environment:
  SPOOL_SERVER_URL  the server, as --server (default http://127.0.0.1:8080)
  SPOOL_API_KEY     the API key, unless --key-file names one; no flag takes
                    the key itself, because others can read a command's arguments
  SPOOL_MODELS_DIR  the folder of the models, as --folder of `spool models`
  SPOOL_MODELS_HUB  the hub they come from, as --hub
  SPOOL_HUB_TOKEN   the hub's token, where a model needs one
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


def whole(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None


def number(text: str) -> float:
    """Read a number."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def job_id(text: str) -> str:
    """Take an id; an empty one comes of a variable that is not set, and would lead to no job at all."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty one names no job")
    return text


class Parser(argparse.ArgumentParser):
    """Says what is wrong in the form of all other errors; argparse would put the whole usage before it."""

    def error(self, message: str) -> NoReturn:
        """End the program."""
        self.exit(exits.USAGE, f"spool: {message}\n  See {self.prog} --help.\n")


def parse(argv: list[str] | None) -> argparse.Namespace:
    """Read the arguments; a wrong one ends the program with status 2."""
    parser = Parser(
        prog="spool",
        description="Turn a picture into a video, or edit a picture, on GPUs that dial in from anywhere.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"spool {__version__}")
    actions = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _i2v(actions)
    _qwen(actions)
    _upscale(actions)
    _rerun(actions)
    _jobs(actions)
    _show(actions)
    _cancel(actions)
    _agents(actions)
    _queues(actions)
    add_models(actions)
    _add_common(parser, first=True)
    options, unknown = parser.parse_known_args(argv)
    if unknown:
        # argparse itself would point to the help of the whole program. What stands behind `=` may be a secret.
        options.refuse(f"{unknown[0].partition('=')[0]} is not known here")
    return options


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
    parser.set_defaults(command=run, command_alone=None, refuse=parser.error)
    return parser


def _i2v(actions: Actions) -> None:
    parser = _command(actions, "i2v", "make a video that begins with a picture", submit.i2v)
    parser.add_argument("picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("-p", "--prompt", metavar="TEXT", required=True, help="what happens")
    parser.add_argument("--end", metavar="PICTURE", type=Path, help="the picture that the video ends with")
    _add_model(parser)
    parser.add_argument(
        "--frames", "--num-frames", dest="frames", type=whole, metavar="N", help="number of frames, 4n+1"
    )
    parser.add_argument("--fps", type=whole, metavar="N", help="frames a second")
    _add_job(parser)


def _qwen(actions: Actions) -> None:
    parser = _command(actions, "qwen", "edit one to three pictures", submit.qwen)
    parser.add_argument("pictures", nargs="+", metavar="picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("-p", "--prompt", metavar="TEXT", required=True, help="what to change")
    parser.add_argument("--model", metavar="NAME", help="2511, 2509 or edit")
    _add_model(parser)
    _add_job(parser)


def _upscale(actions: Actions) -> None:
    parser = _command(actions, "upscale", "enlarge a picture", submit.upscale)
    parser.add_argument("picture", type=Path, help="PNG, JPEG or WebP file")
    parser.add_argument("--scale", type=whole, choices=(2, 4), help="how many times larger")
    _add_job(parser)


def _rerun(actions: Actions) -> None:
    parser = _command(actions, "rerun", "submit again the job that made a result", rerun)
    parser.add_argument("file", type=Path, help="a PNG or mp4 that Spool made")
    parser.add_argument(
        "pictures", nargs="*", metavar="picture", type=Path,
        help="its pictures, in their order; not needed while the server still has the job",
    )  # fmt: skip
    _add_job(parser, seed=False)


def _add_model(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("picture and model")
    group.add_argument("--size", type=size, metavar="WxH", help="size in pixels, as 832x480")
    group.add_argument("--preset", metavar="NAME", help="lightning or quality: sets the defaults of steps and CFG")
    group.add_argument(
        "--steps", "--num-inference-steps", dest="steps", type=whole, metavar="N", help="denoising steps"
    )
    group.add_argument("--cfg", "--cfg-scale", dest="cfg", type=number, metavar="X", help="CFG scale")
    group.add_argument(
        "--negative", "--negative-prompt", dest="negative", metavar="TEXT", help="what should not appear"
    )


def _add_job(parser: argparse.ArgumentParser, *, seed: bool = True) -> None:
    group = parser.add_argument_group("job")
    if seed:
        group.add_argument("--seed", type=whole, metavar="N", help="the same seed gives the same result")
    group.add_argument("--priority", choices=("high", "normal", "low"), help="against other waiting jobs")
    end = group.add_mutually_exclusive_group()
    end.add_argument("-o", "--output", metavar="PATH", help="where the result goes: a file, or a folder that is there")
    end.add_argument("--detach", action="store_true", help="submit, print the job's id, and do not wait")
    _add_common(parser)


def _jobs(actions: Actions) -> None:
    parser = _command(actions, "jobs", "list jobs, newest first", commands.jobs)
    parser.add_argument("--limit", type=whole, metavar="N", default=20, help="how many, at most 100 (20)")
    parser.add_argument("--status", choices=STATUSES, help="only those in this state")
    parser.add_argument("--workflow", choices=("i2v", "qwen", "upscale"), help="only those of this workflow")
    _add_common(parser)


def _show(actions: Actions) -> None:
    parser = _command(actions, "show", "show one job", commands.show)
    parser.add_argument("id", type=job_id, metavar="ID", help="the job's id")
    parser.add_argument("-f", "--follow", action="store_true", help="wait for its end, with live progress")
    parser.add_argument(
        "-o", "--output", metavar="PATH", help="fetch the result to a file, or to a folder that is there"
    )
    _add_common(parser)


def _cancel(actions: Actions) -> None:
    parser = _command(actions, "cancel", "cancel a job", commands.cancel)
    parser.add_argument("id", type=job_id, metavar="ID", help="the job's id")
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
