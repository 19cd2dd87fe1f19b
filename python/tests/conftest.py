"""Settings of all tests."""

from hypothesis import settings

# A machine that builds something else at the same time is slow now and then; that is no finding.
settings.register_profile("spool", deadline=None)
settings.load_profile("spool")
