"""The repository holds nothing that ties it to one machine or one package index."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

# The names are put together here, so that this file passes its own test.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pypi", "python", "org"),
        ("registry", "npmjs", "org"),
        ("conda", "anaconda", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
    )
)
INDEX_SETTINGS = tuple("-".join(parts) for parts in (("index", "url"), ("find", "links"), ("trusted", "host")))
LOCK_FILES = {
    "uv.lock",
    "poetry.lock",
    "pdm.lock",
    "pylock.toml",
    "Pipfile.lock",
    "conda-lock.yml",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
}
MACHINE_PATH = re.compile(r"(?<![\w./~-])(?:/(?:root|home|Users|work|opt|tmp|mnt|srv)/\w|[A-Z]:\\Users\\)")


def tracked_files() -> list[str]:
    """The files that git has, or would have at the next ``git add``."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git repository: nothing says which files belong to it")
    return sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})


def lines_of(name: str) -> list[tuple[str, str]]:
    """The lines of a text file, each with its place; none for a binary file."""
    content = (ROOT / name).read_bytes()
    if b"\0" in content:
        return []
    text = content.decode("utf-8", errors="replace")
    return [(f"{name}:{number}", line) for number, line in enumerate(text.splitlines(), start=1)]


@pytest.fixture(scope="module")
def tracked_lines() -> list[tuple[str, str]]:
    """Every line of every tracked text file, with its place."""
    return [placed for name in tracked_files() for placed in lines_of(name)]


def test_no_file_has_the_address_of_a_registry(tracked_lines: list[tuple[str, str]]) -> None:
    assert [place for place, line in tracked_lines if any(registry in line for registry in REGISTRIES)] == []


def test_no_file_has_a_path_of_one_machine(tracked_lines: list[tuple[str, str]]) -> None:
    assert [f"{place}: {line.strip()[:80]}" for place, line in tracked_lines if MACHINE_PATH.search(line)] == []


def test_no_lock_file_is_kept() -> None:
    assert [name for name in tracked_files() if Path(name).name in LOCK_FILES] == []


PINS = tuple(f"requirements/{name}.txt" for name in ("run", "dev", "extras", "engines"))


@pytest.mark.parametrize("name", PINS)
def test_requirements_are_pinned_with_hashes_and_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = [entry for entry in text.replace("\\\n", " ").splitlines() if entry.strip()]
    assert [entry for entry in entries if not re.match(r"[a-z0-9-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", entry)] == []
    assert "//" not in text
    assert [setting for setting in INDEX_SETTINGS if setting in text] == []


def test_development_pins_agree_with_those_of_running() -> None:
    pins = {
        name: set(re.findall(r"^([a-z0-9-]+==[^\s;]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in PINS
    }
    run, dev, extras, engines = (pins[name] for name in PINS)
    assert run - dev == run - extras == extras - dev == set()
    assert {pin.partition("==")[0] for pin in engines - dev} == {"pyspark", "py4j"}


def test_every_extra_that_a_user_may_ask_for_is_pinned() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    pinned = (ROOT / "requirements" / "extras.txt").read_text(encoding="utf-8")
    asked = [re.split("[>=<]", need)[0].lower() for name in ("plots", "paper") for need in extras[name]]
    assert [name for name in asked if not re.search(rf"^{re.escape(name)}==", pinned, re.MULTILINE)] == []
