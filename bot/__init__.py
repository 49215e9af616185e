"""The process: the command line, the settings, and everything that runs."""
