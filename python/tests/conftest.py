"""Settings of all tests."""

import signal

from hypothesis import settings

# A machine that builds something else at the same time is slow now and then; that is no finding.
settings.register_profile("spool", deadline=None)
settings.load_profile("spool")

# Whoever starts the tests in the background may have told them to ignore Ctrl-C, and programs inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
