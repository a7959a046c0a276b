"""What every test can count on: the project's folder, a terminal of one width, and repeatable random examples."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

# Typer and Rich read these once, when they are imported: they are set before any test module is.
for _name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "TERMINAL_WIDTH", "TYPER_USE_RICH"):
    os.environ.pop(_name, None)
os.environ.update(COLUMNS="100", NO_COLOR="1", TERM="dumb")

# A slow machine is no fault of an example; in CI a failure must come again for the one who looks at it.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def protocols(root: Path) -> Path:
    """The folder of the shipped protocol files."""
    return root / "protocols"
