"""Looks into every file that arrives, cleans it and gives advice, in a separate process that a bad file may break."""
