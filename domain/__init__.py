"""The office's rules: plain Python, no input or output, no waiting."""
