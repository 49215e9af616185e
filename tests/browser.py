"""The browser that plays the page, where this machine has one."""

import os
import shutil
from typing import Final

import pytest
from playwright.async_api import expect

PATIENCE: Final = 30_000
"""Milliseconds, for a machine that is busy with something else."""
expect.set_options(timeout=PATIENCE)

QUIET: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str:
    """Where the browser is; without one the test is skipped, but never where it is required."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    missing = "CHROMIUM IS MISSING: nobody uses the page (Debian: apt install chromium)"
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)
