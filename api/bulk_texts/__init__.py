"""One text to a selection of records."""
