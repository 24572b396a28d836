"""Single texts: taking one back, and why it went, waits, or did not go."""
