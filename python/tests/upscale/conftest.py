"""One loaded network for all tests of a run: loading takes half a second and 300 MB."""

import pytest

from spool.worker.engines.upscale import weights
from spool.worker.engines.upscale.network import Network


@pytest.fixture(scope="session")
def network() -> Network:
    """Load the real network on one thread."""
    return Network(weights.find(), threads=1)
