"""The command line: `spool i2v | qwen | upscale | jobs | show | cancel | agents | queues | models | rerun`."""

import sys

from spool.cli import arguments, exits, key_file
from spool.cli.left import LeftError
from spool.client import Client
from spool.errors import SpoolError

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status (see `spool.cli.exits`)."""
    options = arguments.parse(argv)
    try:
        if options.command_alone is not None:
            return options.command_alone(options)
        with Client(options.server, api_key=key_file.read(options.key_file)) as client:
            return options.command(client, options)
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return exits.INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing is left to say it to.
        sys.stderr.close()
        return exits.OK
    except (SpoolError, LeftError, OSError, ValueError) as error:
        return exits.tell(error, as_json=options.json)
