"""``python -m dosecal``: the command line."""

from __future__ import annotations

from dosecal.app.main import main

if __name__ == "__main__":
    main()
