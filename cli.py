"""The checkout's door to the command line, for a checkout in which nothing is installed: ``python cli.py --help``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "schedule"))

from dosecal.app.main import main

if __name__ == "__main__":
    main()
