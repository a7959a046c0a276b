"""A dose, a dose text and a check need Python and a YAML reader alone: the same bytes with the rest taken away."""

from __future__ import annotations

import subprocess
import sys

import pytest

WITHOUT = """
import sys
for name in ("numpy", "msgspec", "babel", "pandas", "pyarrow", "yaml._yaml", "yaml.cyaml", "rich", "holidays"):
    sys.modules[name] = None
from dosecal.app.main import main
main()
"""
WITH = "from dosecal.app.main import main\nmain()\n"


def printed(program: str, *arguments: str) -> tuple[int, bytes, bytes]:
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("dose", "NCT04611256", "--arm", "msc", "--weight", "70.25"),
        ("dose", "NCT04611256", "--arm", "msc", "--weight", "70.25", "--json"),
        ("dose", "examples/carboplatin-auc", "--weight", "72", "--age", "60", "--sex", "F", "--creatinine", "0.9"),
        ("dose", "NCT04611256", "--arm", "msc", "--weight", "70,25"),
        ("read-dose", "1X106/kg"),
        ("read-dose", "5 mg/kg every 2 weeks", "--json"),
        ("check", "NCT04611256", "NCT04252118", "examples/lzzt"),
    ],
)
def test_output_is_the_same_without_libraries(arguments: tuple[str, ...]) -> None:
    whole = printed(WITH, *arguments)
    assert whole[1] or whole[2]
    assert printed(WITHOUT, *arguments) == whole
