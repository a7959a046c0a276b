"""What is installed works without the sources: the wheel is built, installed alone, and run from another folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
STUDIES = ("NCT04252118", "NCT04611256")
EXAMPLES = {f"examples/{path.stem}" for path in (ROOT / "protocols" / "examples").glob("*.yaml")}
SHIPPED = {f"dosecal/protocols/{name}.yaml" for name in (*STUDIES, *EXAMPLES)}

# Runs the program with the wheel's folder first, and with nothing on the path that leads back to the sources:
# neither the project's folder nor the finder of an editable installation.
ALONE = """\
import sys
from pathlib import Path
installed, sources = (Path(folder).resolve() for folder in sys.argv[1:3])
def leads_back(entry):
    folder = Path(entry).resolve()
    return folder == sources or (folder.is_relative_to(sources) and "site-packages" not in folder.parts)
sys.path[:] = [str(installed), *(entry for entry in sys.path if entry and not leads_back(entry))]
sys.meta_path[:] = [finder for finder in sys.meta_path if "editable" not in str(getattr(finder, "__module__", finder))]
sys.argv[:] = ["dosecal", *sys.argv[3:]]
import dosecal
from dosecal.app.main import main
assert Path(dosecal.__file__).resolve().is_relative_to(installed), dosecal.__file__
main()
"""


def run_python(*arguments: str | Path, cwd: Path) -> str:
    """What the tests' Python prints, when it ends well; its errors are shown when it doesn't."""
    environment = {
        name: text for name, text in os.environ.items() if not name.startswith(("PYTHON", "COV_", "COVERAGE"))
    }
    ended = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, f"{arguments}:\n{ended.stdout}\n{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built with what is installed: nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    run_python("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel installs, and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    run_python(*pip, "--target", folder, wheel, cwd=folder)
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder that has nothing to do with the project, with a copy of the example subjects."""
    return Path(shutil.copytree(ROOT / "protocols" / "examples", tmp_path / "elsewhere"))


def test_wheel_holds_the_program_and_the_protocols_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    outside = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert outside == {"dosecal"}
    assert names >= SHIPPED
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.endswith(".pyc")]


def test_installed_wheel_lists_its_protocols(installed: Path, elsewhere: Path) -> None:
    printed = run_python("-c", ALONE, installed, ROOT, "protocols", cwd=elsewhere)
    assert [name for name in (*STUDIES, *EXAMPLES) if name not in printed] == []


@pytest.mark.parametrize("study", STUDIES)
def test_installed_wheel_plans_the_visits_of_the_examples(study: str, installed: Path, elsewhere: Path) -> None:
    subjects = f"{study}-subjects.csv"
    printed = run_python("-c", ALONE, installed, ROOT, "visits", study, subjects, "-o", "visits.csv", cwd=elsewhere)
    assert printed == ""
    header, *rows = (elsewhere / "visits.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("study,protocol_version,protocol_sha256,subject_id,site,arm,visit,")
    assert {row.split(",")[0] for row in rows} == {study}


def test_module_run_is_the_command(installed: Path, elsewhere: Path) -> None:
    run_module = ALONE.replace(
        "main()\n", "import runpy\nrunpy.run_module('dosecal', run_name='__main__', alter_sys=True)\n"
    )
    assert STUDIES[0] in run_python("-c", run_module, installed, ROOT, "protocols", cwd=elsewhere)


OTHERS_PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "schedule"
version = "1.2.2"
[tool.hatch.build.targets.wheel]
packages = ["schedule"]
"""


@pytest.fixture(scope="module")
def beside_others(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the wheel is installed together with somebody else's package called ``schedule``."""
    folder, other = tmp_path_factory.mktemp("beside"), tmp_path_factory.mktemp("other")
    (other / "pyproject.toml").write_text(OTHERS_PROJECT, encoding="utf-8")
    (other / "schedule").mkdir()
    (other / "schedule" / "__init__.py").write_text("def every():\n    return 'somebody else'\n", encoding="utf-8")
    run_python("-m", "build", "--wheel", "--no-isolation", "--outdir", other, other, cwd=other)
    (built,) = other.glob("*.whl")
    pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index")
    run_python(*pip, "--target", folder, wheel, built, cwd=folder)
    return folder


def test_it_lives_beside_a_package_called_schedule_and_a_file_called_cli(beside_others: Path, elsewhere: Path) -> None:
    (elsewhere / "cli.py").write_text("raise SystemExit('the cli of another program')\n", encoding="utf-8")
    run_both = ALONE.replace("main()\n", "import schedule\nprint(schedule.every())\nmain()\n")
    printed = run_python("-c", run_both, beside_others, ROOT, "protocols", cwd=elsewhere)
    assert printed.startswith("somebody else\n")
    assert STUDIES[0] in printed


def test_module_runs_from_a_folder_that_holds_a_cli_of_another_program(elsewhere: Path) -> None:
    (elsewhere / "cli.py").write_text("raise SystemExit('the cli of another program')\n", encoding="utf-8")
    (elsewhere / "schedule").mkdir()
    (elsewhere / "schedule" / "__init__.py").write_text("raise SystemExit('another schedule')\n", encoding="utf-8")
    assert STUDIES[0] in run_python("-m", "dosecal", "protocols", cwd=elsewhere)


def test_checkout_has_a_door_of_its_own(elsewhere: Path) -> None:
    door = "import runpy, sys; sys.argv = ['cli.py', 'protocols']; runpy.run_path(sys.path.pop(), run_name='__main__')"
    program = f"import sys; sys.path.append({str(ROOT / 'cli.py')!r}); {door}"
    assert STUDIES[0] in run_python("-c", program, cwd=elsewhere)
