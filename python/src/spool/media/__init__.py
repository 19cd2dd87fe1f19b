"""Files that a browser plays and shows: encoding, metadata, posters."""
