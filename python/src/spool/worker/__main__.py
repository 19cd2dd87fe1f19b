"""Start a worker: `python -m spool.worker --socket PATH --slot N --engines i2v=preview,qwen=preview --parent PID`.

`python -m spool.worker selftest` needs no agent: it says whether this node can run the engine `diffsynth`.
"""

import argparse
import ctypes
import faulthandler
import importlib
import logging
import os
import signal
import socket
import sys
from typing import TYPE_CHECKING, cast

from spool.worker.engines import Chosen, UnknownEngineError, engines_for
from spool.worker.loop import EXIT_AGENT_GONE, Worker

if TYPE_CHECKING:
    from io import TextIOWrapper

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
EXIT_USAGE = 2


def die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent dies, and leave at once if that has happened already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        os._exit(EXIT_AGENT_GONE)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    about = "Runs models for a Spool agent, which starts it. `spool-worker selftest` tries the engine diffsynth alone."
    parser = argparse.ArgumentParser(prog="spool-worker", description=about)
    parser.add_argument("--socket", required=True, help="unix socket of the agent")
    parser.add_argument("--slot", required=True, type=int, help="number of the agent's slot, for the log")
    parser.add_argument("--engines", required=True, help="workflow=engine pairs, with commas between them")
    parser.add_argument("--parent", required=True, type=int, help="process id of the agent")
    return parser.parse_args(argv)


def _engines(wanted: str) -> Chosen:
    try:
        return engines_for(wanted)
    except UnknownEngineError as error:
        sys.stderr.write(f"spool-worker: {error}\n")
        raise SystemExit(EXIT_USAGE) from error


def _selftest() -> int:
    try:
        return int(importlib.import_module("spool.worker.engines.diffsynth.tiny.selftest").main())
    except ImportError as error:
        sys.stderr.write(f"spool-worker: the self-test cannot be imported ({error}).\n")
        return EXIT_USAGE


def main(argv: list[str] | None = None) -> int:
    """Connect to the agent and serve until it says stop or is gone; or run the self-test."""
    if (sys.argv[1:] if argv is None else argv) == ["selftest"]:
        return _selftest()
    options = _arguments(argv)
    die_with(options.parent)
    faulthandler.enable()
    # What libraries print are lines of the agent's log, and should stand there when they are printed.
    cast("TextIOWrapper", sys.stdout).reconfigure(line_buffering=True)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(message)s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.connect(options.socket)
        return Worker(link, _engines(options.engines)).serve()


if __name__ == "__main__":
    sys.exit(main())
