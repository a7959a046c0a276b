"""The shape of the code, read from its syntax trees: what import rules can't see."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "schedule/dosecal"
ROOMS = tuple(path.relative_to(ROOT).as_posix() for path in sorted((ROOT / PACKAGE).rglob("*.py")))
MODULES = (*ROOMS, "cli.py")
EXACT = tuple(module for module in ROOMS if module.startswith((f"{PACKAGE}/model/", f"{PACKAGE}/planning/")))
DOOR = f"{PACKAGE}/app/main.py"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FLOATS = {"float", "float_", "float16", "float32", "float64", "double", "longdouble", "halffloat"}
CLOCKS = {"now", "today", "utcnow"}
CATCH_ALLS = {"Exception", "BaseException"}
VAGUE_MODULES = {"utils", "helpers", "common", "misc", "util", "helper"}
VAGUE_VERBS = ("get_", "process_", "handle_", "do_")


def read_tree(module: str) -> ast.Module:
    """The syntax tree of a module, named by its path from the project's folder."""
    return ast.parse((ROOT / module).read_text(encoding="utf-8"), filename=module)


def functions_of(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a module."""
    return (node for node in ast.walk(read_tree(module)) if isinstance(node, FUNCTIONS))


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of a function from its ``def``, its docstring aside: documentation is not length."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def caught_names(handler: ast.ExceptHandler) -> set[str]:
    """The names that a handler catches; a handler without any catches everything."""
    if handler.type is None:
        return {"BaseException"}
    return {node.id for node in ast.walk(handler.type) if isinstance(node, ast.Name)}


def imported_by(node: ast.Import | ast.ImportFrom) -> set[str]:
    """The top-level packages that an import names; everything here is imported by its full name."""
    if isinstance(node, ast.ImportFrom):
        return {(node.module or "").split(".")[0]}
    return {alias.name.split(".")[0] for alias in node.names}


def is_for_types(node: ast.AST) -> bool:
    """Whether a branch is read by the type checker alone."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("module", MODULES)
def test_nothing_catches_every_exception(module: str) -> None:
    lines = [
        node.lineno
        for node in ast.walk(read_tree(module))
        if isinstance(node, ast.ExceptHandler) and caught_names(node) & CATCH_ALLS
    ]
    assert lines == []


@pytest.mark.parametrize("module", [module for module in MODULES if module != DOOR])
def test_clock_is_read_by_the_command_line_alone(module: str) -> None:
    lines = [
        node.lineno for node in ast.walk(read_tree(module)) if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ]
    assert lines == []


@pytest.mark.parametrize("module", [module for module in MODULES if module != f"{PACKAGE}/report/tables/table.py"])
def test_pandas_is_imported_by_the_tables_alone(module: str) -> None:
    tree = read_tree(module)
    for_types = {id(node) for branch in ast.walk(tree) if is_for_types(branch) for node in ast.walk(branch)}
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and id(node) not in for_types
        and "pandas" in imported_by(node)
    ]
    assert lines == []


def test_everything_of_ours_stands_in_one_package() -> None:
    outside = [path.relative_to(ROOT).as_posix() for path in (ROOT / "schedule").rglob("*.py")]
    assert [module for module in outside if not module.startswith(f"{PACKAGE}/")] == []


@pytest.mark.parametrize("module", MODULES)
def test_package_is_imported_by_its_one_name(module: str) -> None:
    lines = [
        node.lineno
        for node in ast.walk(read_tree(module))
        if isinstance(node, (ast.Import, ast.ImportFrom)) and imported_by(node) & {"cli", "schedule"}
    ]
    assert lines == []


@pytest.mark.parametrize("module", EXACT)
def test_no_float_takes_part_in_model_and_plan(module: str) -> None:
    lines = [
        node.lineno
        for node in ast.walk(read_tree(module))
        if (isinstance(node, ast.Name) and node.id in FLOATS)
        or (isinstance(node, ast.Attribute) and node.attr in FLOATS)
        or (isinstance(node, ast.Constant) and isinstance(node.value, (float, complex)))
    ]
    assert lines == []


def test_no_function_is_longer_than_sixty_lines() -> None:
    long = [
        f"{module}:{function.lineno} {function.name}: {code_lines(function)} lines"
        for module in MODULES
        for function in functions_of(module)
        if code_lines(function) > 60
    ]
    assert long == []


def test_nine_in_ten_functions_are_under_thirty_lines() -> None:
    lengths = {
        f"{module}:{function.lineno} {function.name}": code_lines(function)
        for module in MODULES
        for function in functions_of(module)
    }
    long = [name for name, lines in lengths.items() if lines >= 30]
    assert 10 * len(long) <= len(lengths), long


@pytest.mark.parametrize("module", MODULES)
def test_module_has_under_six_hundred_lines(module: str) -> None:
    assert len((ROOT / module).read_text(encoding="utf-8").splitlines()) < 600


def test_no_name_is_vague() -> None:
    vague = [module for module in MODULES if Path(module).stem in VAGUE_MODULES]
    vague += [
        f"{module}:{function.lineno} {function.name}"
        for module in MODULES
        for function in functions_of(module)
        if function.name.lstrip("_").startswith(VAGUE_VERBS)
    ]
    assert vague == []
