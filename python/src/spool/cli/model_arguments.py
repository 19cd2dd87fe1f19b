"""What can be typed after `spool models`."""

import argparse
from pathlib import Path
from typing import Protocol

from spool.cli import models
from spool.models.hub import HUBS
from spool.models.manifest import PRESETS


class Actions(Protocol):
    """What `add_subparsers` returns."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:  # noqa: A002
        """Add a command."""
        ...


LIST = "show the models of GPU nodes: what is here, what is missing, sizes and licences"
PULL = "fetch models that are missing or wrong; what was begun goes on where it stopped"
VERIFY = "compare the files of models with the sizes and hashes that they should have"


def add_models(actions: Actions) -> None:
    """Add the command with its three."""
    does = "list, fetch and verify the models that a GPU node needs"
    parser = actions.add_parser("models", help=does, description=f"{does[0].upper()}{does[1:]}. No server is needed.")
    parser.set_defaults(refuse=parser.error)
    inner = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_filters(_command(inner, "list", LIST, models.list_))
    pull = _command(inner, "pull", PULL, models.pull_)
    _add_filters(pull)
    _add_all(pull)
    pull.add_argument(
        "--hub",
        metavar="HUB",
        help=f"{', '.join(HUBS)}, or the address of a mirror (SPOOL_MODELS_HUB, else huggingface)",
    )
    verify = _command(inner, "verify", VERIFY, models.verify_)
    _add_filters(verify)
    _add_all(verify)


def _command(actions: Actions, name: str, does: str, run: object) -> argparse.ArgumentParser:
    parser = actions.add_parser(name, help=does, description=f"{does[0].upper()}{does[1:]}.")
    parser.set_defaults(command_alone=run, refuse=parser.error)
    return parser


def _add_filters(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workflow", choices=("i2v", "qwen"), help="only those of this workflow")
    parser.add_argument(
        "--preset", choices=PRESETS, help="only those of this preset; lightning has all that quality has"
    )
    parser.add_argument("--model", choices=("2511", "2509", "edit"), help="only this model of qwen")
    parser.add_argument(
        "--folder", metavar="FOLDER", type=Path, help="where they lie (SPOOL_MODELS_DIR, else a folder in your home)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON", default=argparse.SUPPRESS)


def _add_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--all", action="store_true", help="every model, not only the defaults (i2v and qwen 2511, both lightning)"
    )
