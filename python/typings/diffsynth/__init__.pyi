# The part of diffsynth that Spool uses, so that types are checked where it is not installed.
