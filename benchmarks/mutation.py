"""How well the tests hold: small wrong changes of the rooms that date and dose, and how many of them a test notices.

``python -m benchmarks.mutation`` makes every mutant of the modules in ``WHOLE`` and draws a hundred of each in
``DRAWN``; names of modules as arguments take these alone. ``--left`` takes those that lived the last time.

Conventions: tests are collected once. Which test runs which line is recorded once, and is kept in ``mutants/`` with the
outcome of each mutant. A mutant is a fork of this process, in which one function has other code and the tests that run
its lines are run until one fails. A mutant outside of functions is a process of its own, which imports the changed
module. What hangs is ended, and counts as noticed. Random examples are the same in every run.
"""

from __future__ import annotations

import argparse
import ast
import csv
import gc
import importlib
import importlib.abc
import importlib.util
import inspect
import itertools
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from benchmarks.mutants import Mutant, mutants_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from importlib.machinery import ModuleSpec

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "mutants"
RECORD, OUTCOMES, EXCUSED = KEPT / "record.json", KEPT / "outcomes.json", ROOT / "benchmarks" / "equivalent.csv"
DATES = ("visits", "chains", "open_days", "cascade")
DOSES = ("rates", "weights", "weight_changes")
RULES = ("per_weight", "per_surface", "by_auc")
WHOLE = ("planning.doses.doses", "planning.product.product", "planning.doses.limits", "model.quantity")
DRAWN = (
    *(f"planning.dates.{name}" for name in DATES),
    *(f"planning.doses.{name}" for name in DOSES),
    *(f"model.dosing.{name}" for name in RULES),
    *("planning.product.allocation", "planning.product.expiry", "planning.record.adherence", "model.days"),
)
DRAWN_NUMBER, SEED = 100, 2026
FOLDERS = ("planning", "model", "conformance", "properties", "examples", "cli", "app", "load")
SLOWEST_SECONDS = 20
"""What one test may take beyond ten times its recorded time before it counts as hanging."""
NOTICED, LIVED, HUNG = "noticed", "lived", "hung"
MEGABYTES = 6000
FAULT = 2


def file_of(module: str) -> Path:
    """The file of a module, named within the package."""
    return ROOT / "schedule" / "dosecal" / f"{module.replace('.', '/')}.py"


def chosen_of(module: str, most: int = DRAWN_NUMBER) -> tuple[ast.Module, list[Mutant]]:
    """A module's tree with the mutants that are run: all, or those drawn, in the order of the text."""
    tree = ast.parse(file_of(module).read_text(encoding="utf-8"))
    mutants = mutants_of(module, tree)
    if module in DRAWN and len(mutants) > DRAWN_NUMBER:
        places = random.Random(SEED).sample(range(len(mutants)), DRAWN_NUMBER)  # noqa: S311 - a draw, not a secret
        mutants = [mutants[place] for place in sorted(places[:most])]
    return tree, mutants


class Tests:
    """The collected tests as a plugin of pytest: what is done with them is told when it is made.

    Attributes:
        items: The tests, as they were collected.
        failed: Whether a test of this process has failed.
    """

    def __init__(self, work: Callable[[Tests], None]) -> None:
        """Keep the work."""
        self.work = work
        self.items: list[pytest.Item] = []
        self.failed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Examples are the same each time, and are not made smaller when they fail."""
        from hypothesis import Phase, settings  # noqa: PLC0415 - before pytest has set its rewriting up, it warns

        settings.register_profile(
            "mutants", deadline=None, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
        )
        settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Do the work in place of running the tests."""
        self.items = session.items
        self.work(self)
        return True

    def run(self, item: pytest.Item, then: pytest.Item | None) -> bool:
        """Whether a test passes; ``then`` is the next one, which may need the same fixtures."""
        self.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=then)
        return not self.failed

    def first_failure(self, items: Sequence[pytest.Item]) -> str:
        """The first of these tests that fails; empty where all pass."""
        following = zip(items, [*items, None][1:], strict=True)
        return next((item.nodeid for item, then in following if not self.run(item, then)), "")


class Work:
    """What is done with the collected tests."""

    def __call__(self, tests: Tests) -> None:
        """Do it."""
        raise NotImplementedError


def with_tests(work: Work, folders: Sequence[str] = FOLDERS) -> None:
    """Collect the tests and do the work."""
    os.environ["CI"] = "1"
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = "1"  # a process with threads can't be forked
    options = [
        "--capture=sys",
        "--assert=plain",
        "--tb=no",
        "-q",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
    ]
    pytest.main([*options, *(str(ROOT / "tests" / folder) for folder in folders)], plugins=[Tests(work)])


class Recording(Work):
    """Record which lines of which module each test runs, how long it takes, and whether it passes."""

    def __call__(self, tests: Tests) -> None:
        """Run all tests once in a fork, so that this process stays as new, and keep the record."""
        if not os.fork():
            _hide_output(tests, Path(tempfile.mkdtemp()))
            RECORD.write_text(json.dumps(self.recorded(tests)), encoding="utf-8")
            os._exit(0)
        os.wait()

    @staticmethod
    def recorded(tests: Tests) -> dict[str, Any]:
        """Seconds of each test that passes, and the tests of each line, by their ids."""
        from coverage import Coverage  # noqa: PLC0415 - only where it is used

        modules = (*WHOLE, *DRAWN)
        coverage = Coverage(data_file=None, include=[str(file_of(module)) for module in modules], config_file=False)
        coverage.start()
        seconds = {}
        for item, then in zip(tests.items, [*tests.items[1:], None], strict=True):
            coverage.switch_context(item.nodeid)
            start = time.perf_counter()
            if tests.run(item, then):
                seconds[item.nodeid] = time.perf_counter() - start
        coverage.stop()
        data = coverage.get_data()
        lines = {module: data.contexts_by_lineno(str(file_of(module))) for module in modules}
        return {"seconds": seconds, "lines": lines}


class Forking(Work):
    """Run mutants of functions, each in a fork, some at a time.

    Attributes:
        outcomes: What became of each, by its key, with the test that noticed it.
    """

    def __init__(self, mutants: list[tuple[ast.Module, Mutant]], jobs: int, seconds: float) -> None:
        """Keep what is to be run."""
        self.mutants, self.jobs, self.seconds = mutants, jobs, seconds
        self.outcomes: dict[str, tuple[str, str]] = {}
        self._sharp: dict[str, list[str]] = {}
        self._running: dict[int, tuple[Mutant, Path]] = {}

    def __call__(self, tests: Tests) -> None:
        """Run them all."""
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        by_id = {item.nodeid: item for item in tests.items}
        for item in {
            item.nodeid.split("/")[1]: item for item in tests.items if item.nodeid in record["seconds"]
        }.values():
            tests.run(item, None)  # what is made at first use is made once, before the forks
        gc.collect()
        gc.freeze()
        for tree, mutant in self.mutants:
            names = self._tests_of(mutant, record, by_id)
            seconds = sum(record["seconds"].get(name, 1) for name in names)
            folder = Path(tempfile.mkdtemp(prefix="mutant-"))
            child = os.fork()
            if not child:
                signal.alarm(int(SLOWEST_SECONDS + 10 * seconds))
                _run(tests, mutant, tree, [by_id[name] for name in names], folder)
            self._running[child] = (mutant, folder)
            if len(self._running) >= self.jobs:
                self._end_one()
        while self._running:
            self._end_one()

    def _tests_of(self, mutant: Mutant, record: dict[str, Any], collected: dict[str, pytest.Item]) -> list[str]:
        """The tests for a mutant within the time it is given: those first that noticed others of its function."""
        names = tests_of(mutant, record, collected)
        sharp = [name for name in self._sharp.get(mutant.function, ()) if name in names]
        sharp.sort(key=lambda name: record["seconds"].get(name, 0))
        ends = itertools.accumulate(record["seconds"].get(name, 0) for name in names)
        within = [name for name, end in zip(names, ends, strict=True) if end <= self.seconds]
        return [*(name for name in sharp if name in within), *(name for name in within if name not in sharp)]

    def _end_one(self) -> None:
        child, status = os.wait()
        mutant, folder = self._running.pop(child)
        file = folder / "failure"
        failure = file.read_text(encoding="utf-8") if file.exists() else ""
        shutil.rmtree(folder, ignore_errors=True)
        if os.WIFEXITED(status) and os.WEXITSTATUS(status) == FAULT:
            print(f"not run: {mutant.key}: {failure}", flush=True)
            return
        outcome = HUNG if os.WIFSIGNALED(status) else NOTICED if os.WEXITSTATUS(status) else LIVED
        self.outcomes[mutant.key] = (outcome, failure)
        if failure:
            known = self._sharp.setdefault(mutant.function, [])
            self._sharp[mutant.function] = [failure, *(name for name in known if name != failure)][:20]
        if len(self.outcomes) % 20 == 0:
            keep(self.outcomes)
        if outcome == LIVED:
            print(f"lived: {mutant.module} line {mutant.lines[0]}: {mutant.function}: {mutant.change}", flush=True)


def _run(tests: Tests, mutant: Mutant, tree: ast.Module, items: list[pytest.Item], folder: Path) -> NoReturn:
    """In a fork: run the tests of a mutant, and end with 0 where all pass, 1 where one fails, 2 for a fault of ours."""
    status, failure = FAULT, ""
    try:
        _hide_output(tests, folder)
        _replace(mutant, tree)
        failure = tests.first_failure(items)
        status = 1 if failure else 0
    finally:
        if status == FAULT:
            failure = traceback.format_exc()
        (folder / "failure").write_text(failure, encoding="utf-8")
        os._exit(status)


def tests_of(mutant: Mutant, record: dict[str, Any], collected: dict[str, pytest.Item]) -> list[str]:
    """The tests that run a mutant's statement; for one outside of functions, those of its module.

    First come those of the module's own file, with those that were written since the record, then its room's, then the
    others, each by speed.
    """
    by_line: dict[str, list[str]] = record["lines"][mutant.module]
    first, last = mutant.lines
    lines = range(first, last + 1) if mutant.function else [int(line) for line in by_line]
    names = {name for line in lines for name in by_line.get(str(line), ())}
    seconds: dict[str, float] = record["seconds"]
    *rooms, name = mutant.module.split(".")
    mirror, near = f"tests/{'/'.join(rooms)}/test_{name}", f"tests/{rooms[0]}/"
    new = [one for one in collected if one.startswith(mirror) and one not in seconds]
    known = names & seconds.keys() & collected.keys()
    return new + sorted(known, key=lambda one: (not one.startswith(mirror), not one.startswith(near), seconds[one]))


def _hide_output(tests: Tests, folder: Path) -> None:
    """In a fork: print nowhere, write temporary files into a folder of its own, and stay within some memory."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    factory: Any = tests.items[0].config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001 - no other way
    factory._given_basetemp, factory._basetemp = folder / "files", None  # noqa: SLF001 - likewise
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))


def _replace(mutant: Mutant, tree: ast.Module) -> None:
    """Give the function of a mutant its other code, wherever the function has been imported."""
    name = f"dosecal.{mutant.module}"
    module = importlib.import_module(name)
    code = mutant.code(tree, str(module.__file__))
    for live in _functions_of(module, mutant.function):
        found = next(part for part in _codes_in(code) if part.co_qualname == mutant.function)
        live.__code__ = found


def _codes_in(code: object) -> Iterator[CodeType]:
    if isinstance(code, CodeType):
        yield code
        for part in code.co_consts:
            yield from _codes_in(part)


def _functions_of(module: ModuleType, qualified_name: str) -> list[FunctionType]:
    """The function of that name, out of its property, its cache or its class method."""
    held: Any = module
    for name in qualified_name.split("."):
        held = inspect.getattr_static(held, name)
    if hasattr(held, "cache_clear"):
        held.cache_clear()
    for name in ("fget", "func", "__func__", "__wrapped__"):
        held = getattr(held, name, held)
    if not isinstance(held, FunctionType):
        raise TypeError(f"{qualified_name} is {held!r}")
    return [held]


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module as its mutant."""

    def __init__(self, mutant: Mutant, tree: ast.Module) -> None:
        """Keep both."""
        self.name, self.file = f"dosecal.{mutant.module}", str(file_of(mutant.module))
        self.code = mutant.code(tree, self.file)

    def find_spec(self, fullname: str, path: object, target: object = None) -> ModuleSpec | None:
        """The module, if it is the one."""
        del path, target
        return importlib.util.spec_from_loader(fullname, self, origin=self.file) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed code."""
        exec(self.code, module.__dict__)  # type: ignore[arg-type]  # noqa: S102 - our own code, changed


class Alone(Work):
    """Run the tests of one mutant in this process, and end it: 0 where all pass, 1 where one fails."""

    def __init__(self, mutant: Mutant) -> None:
        """Keep the mutant."""
        self.mutant = mutant

    def __call__(self, tests: Tests) -> None:
        """Run them."""
        record = json.loads(RECORD.read_text(encoding="utf-8"))
        by_id = {item.nodeid: item for item in tests.items}
        names = tests_of(self.mutant, record, by_id)
        lost = len(by_id) < len(record["seconds"])  # a file of tests that can't be imported any more
        failure = "import" if lost else tests.first_failure([by_id[name] for name in names])
        os._exit(1 if failure else 0)


def run_alone(key: str) -> None:
    """Run a mutant outside of functions in this process, which has imported nothing of the program."""
    tree, mutants = chosen_of(key.partition(":")[0])
    mutant = next(one for one in mutants if one.key == key)
    sys.meta_path.insert(0, Changed(mutant, tree))
    with_tests(Alone(mutant))


def in_processes(mutants: list[Mutant], jobs: int) -> dict[str, tuple[str, str]]:
    """Run mutants outside of functions, each in a process that imports it."""
    outcomes = {}
    waiting = list(mutants)
    while waiting:
        some, waiting = waiting[:jobs], waiting[jobs:]
        command = [sys.executable, "-m", "benchmarks.mutation", "--alone"]
        started = [(one, subprocess.Popen([*command, one.key], cwd=ROOT, stdout=subprocess.DEVNULL)) for one in some]
        for mutant, process in started:
            outcome = NOTICED if process.wait() else LIVED
            outcomes[mutant.key] = (outcome, "")
            if outcome == LIVED:
                print(f"lived: {mutant.module} line {mutant.lines[0]}: {mutant.change}", flush=True)
    return outcomes


def excuses() -> dict[str, str]:
    """Why a mutant that lives changes nothing that anybody could see, by its key."""
    if not EXCUSED.exists():
        return {}
    with EXCUSED.open(encoding="utf-8", newline="") as file:
        return {row["mutant"]: row["reason"] for row in csv.DictReader(file)}


def keep(outcomes: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Add outcomes to the file of all of them, and read it."""
    before = json.loads(OUTCOMES.read_text(encoding="utf-8")) if OUTCOMES.exists() else {}
    together: dict[str, tuple[str, str]] = before | outcomes
    OUTCOMES.write_text(json.dumps(together, indent=1, ensure_ascii=False), encoding="utf-8")
    return together


def summarize(outcomes: dict[str, tuple[str, str]]) -> None:
    """Print a row for each module, and those that lived without a reason."""
    reasons = excuses()
    counts = {module: Counter[str]() for module in (*WHOLE, *DRAWN)}
    chosen = [mutant.key for module in counts for mutant in chosen_of(module)[1]]
    left = [key for key in chosen if outcomes.get(key, (NOTICED,))[0] == LIVED and key not in reasons]
    for key in (key for key in chosen if key in outcomes):
        outcome = outcomes[key][0]
        counts[key.partition(":")[0]]["equivalent" if outcome == LIVED and key in reasons else outcome] += 1
    print("| Module | Mutants | Noticed | Equivalent | Lived | Noticed of those that change something |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for module, count in [*counts.items(), ("together", sum(counts.values(), Counter()))]:
        if not count:
            continue
        noticed, lived = count[NOTICED] + count[HUNG], count[LIVED]
        share = f"{100 * noticed / max(noticed + lived, 1):.1f} %"
        print(f"| `{module}` | {count.total()} | {noticed} | {count['equivalent']} | {lived} | {share} |")
    for key in left:
        print(f"lived: {key}")


def main() -> None:
    """Run what was asked for, and print what lived."""
    reader = argparse.ArgumentParser()
    reader.add_argument("modules", nargs="*", default=[*WHOLE, *DRAWN])
    reader.add_argument("--jobs", type=int, default=1)
    reader.add_argument("--most", type=int, default=DRAWN_NUMBER, help="how many of those drawn of a module")
    reader.add_argument("--folders", nargs="*", default=FOLDERS, help="folders of tests that are collected")
    reader.add_argument("--seconds", type=float, default=600, help="what the tests of one mutant may take, as recorded")
    reader.add_argument("--record", action="store_true", help="record again which test runs which line")
    reader.add_argument("--left", action="store_true", help="only those that lived, without a reason")
    reader.add_argument("--new", action="store_true", help="only those that never ran")
    reader.add_argument("--alone", metavar="KEY", help="run one mutant in this process")
    asked = reader.parse_args()
    if asked.alone:
        run_alone(asked.alone)
    KEPT.mkdir(exist_ok=True)
    if asked.record or not RECORD.exists():
        with_tests(Recording())
    before = keep({})
    chosen = [
        (tree, mutant)
        for tree, mutants in (chosen_of(name, asked.most) for name in asked.modules)
        for mutant in mutants
    ]
    if asked.new:
        chosen = [(tree, mutant) for tree, mutant in chosen if mutant.key not in before]
    if asked.left:
        known = {key for key, (outcome, _) in before.items() if outcome != LIVED} | excuses().keys()
        chosen = [(tree, mutant) for tree, mutant in chosen if mutant.key not in known]
    forking = Forking([(tree, mutant) for tree, mutant in chosen if not mutant.needs_import], asked.jobs, asked.seconds)
    with_tests(forking, asked.folders)
    outcomes = forking.outcomes | in_processes([mutant for _, mutant in chosen if mutant.needs_import], asked.jobs)
    summarize(keep(outcomes))


if __name__ == "__main__":
    main()
