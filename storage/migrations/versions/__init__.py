"""The steps from version to version, each in a file of its own."""
