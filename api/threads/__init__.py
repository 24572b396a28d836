"""A record's thread: what was said and done about it, and the notes in it."""
