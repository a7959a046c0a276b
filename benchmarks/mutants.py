"""Small wrong changes of a module, each of which some test has to notice.

Conventions: a mutant is one change of one expression or statement. Left alone are words (texts, docstrings, messages),
annotations, decorators, imports and ``strict=`` of ``zip``: they decide no number and no date.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Fields = list[tuple[str, int | None, ast.AST]]

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
PAIRS = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("any", "all"),
    ("floor", "ceil"),
    ("argmin", "argmax"),
    ("logical_and", "logical_or"),
    ("intersection", "union"),
)
SWAPPED = dict(PAIRS) | {right: left for left, right in PAIRS}
"""Functions of Python and numpy that are taken for each other."""
UNWRAPPED = {"abs", "sorted", "reversed", "round"}
"""Functions whose first argument stands for their result."""
SIDES = {"left": "right", "right": "left"}
"""Where numpy's ``searchsorted`` puts equals."""
LEFT_ALONE = {"annotation", "returns", "decorator_list", "type_comment", "bases", "ops", "op", "ctx", "msg"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change of a module.

    Attributes:
        module: Its dotted name.
        function: The qualified name of the outermost function that holds the change; empty outside of functions, and
            for the defaults of a function, which only a new import sees.
        lines: The lines of the statement, or of its head, first and last.
        change: What was, and what is, in source text.
        number: Which of those with the same module, function and change it is, from 1.
        parent: The node that holds what is changed.
        field: Its attribute.
        index: The place in that attribute where it is a list.
        new: What takes the place.
    """

    module: str
    function: str
    lines: tuple[int, int]
    change: str
    number: int
    parent: ast.AST
    field: str
    index: int | None
    new: ast.AST

    @property
    def key(self) -> str:
        """What names it as long as its function stays as it is."""
        return f"{self.module}:{self.function}: {self.change} #{self.number}"

    @property
    def needs_import(self) -> bool:
        """Whether no function can be given other code in its place: outside of one, or without its ``super()``."""
        return not self.function or "super()" in self.change

    def code(self, tree: ast.Module, file: str) -> object:
        """The module's code with the change; the tree is left as it was."""
        held = getattr(self.parent, self.field)
        old = held if self.index is None else held[self.index]
        self._put(self.new)
        try:
            return compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)
        finally:
            self._put(old)

    def _put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where a node stands: the classes around it, the outermost function, the lines of its statement, bound names."""

    classes: tuple[str, ...] = ()
    function: str = ""
    lines: tuple[int, int] = (0, 0)
    bound: frozenset[str] = frozenset()


def mutants_of(module: str, tree: ast.Module) -> list[Mutant]:
    """Every mutant of a module, in the order of its text."""
    seen: dict[tuple[str, str], int] = {}
    made = []
    for scope, (parent, field, index), old, new in _changes(tree, _Scope()):
        change = f"{_text(old)} → {_text(new)}"
        number = seen[scope.function, change] = seen.get((scope.function, change), 0) + 1
        ast.copy_location(new, old)
        made.append(Mutant(module, scope.function, scope.lines, change, number, parent, field, index, new))
    return made


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.If | ast.While):
        return f"if {ast.unparse(node.test)}"
    return " ".join(ast.unparse(node).split())


def _changes(
    node: ast.AST, scope: _Scope
) -> Iterator[tuple[_Scope, tuple[ast.AST, str, int | None], ast.AST, ast.AST]]:
    for field, index, child in _children(node):
        inner = _entered(node, field, child, scope)
        for new in _alternatives(child, inner):
            yield inner, (node, field, index), child, new
        yield from _changes(child, inner)


def _children(node: ast.AST) -> Fields:
    """What is looked into: no annotation, decorator, docstring, import or message, nor what a type checker reads."""
    fields: Fields = []
    for field, value in ast.iter_fields(node):
        if field in LEFT_ALONE:
            continue
        several = value if isinstance(value, list) else [value]
        for index, child in enumerate(several):
            if isinstance(child, ast.AST) and not _is_left_alone(child):
                fields.append((field, index if isinstance(value, list) else None, child))
    return fields


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()) | ast.keyword(arg="strict"):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Assign(targets=[ast.Name(id="message")]):
            return True
        case _:
            return False


def _entered(node: ast.AST, field: str, child: ast.AST, scope: _Scope) -> _Scope:
    """The scope of a child."""
    function, classes, lines, bound = scope.function, scope.classes, scope.lines, scope.bound
    if isinstance(node, ast.ClassDef) and not function:
        classes = (*classes, node.name)
    if isinstance(node, ast.FunctionDef) and not function and field == "body":
        function, bound = ".".join((*classes, node.name)), frozenset(_names_bound_first(node))
    if isinstance(child, ast.stmt):
        head = [part.end_lineno or child.lineno for part in ast.iter_child_nodes(child) if isinstance(part, ast.expr)]
        lines = (child.lineno, max(head, default=child.lineno))
    return _Scope(classes, function, lines, bound)


def _names_bound_first(function: ast.FunctionDef) -> set[str]:
    """The assignments that bind a name for the first time, by their place: without them nothing would run."""
    seen = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    first: set[str] = set()
    assignments = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
    for node in sorted(assignments, key=_place):
        parts = [part for target in node.targets for part in ast.walk(target) if isinstance(part, ast.Name)]
        names = {part.id for part in parts if isinstance(part.ctx, ast.Store)}
        if names - seen:
            first.add(_place(node))
        seen |= names
    return first


def _place(node: ast.stmt) -> str:
    return f"{node.lineno:6}:{node.col_offset:4}"


def _alternatives(node: ast.AST, scope: _Scope) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BinOp() | ast.AugAssign() if type(node.op) in CALCULATED:
            yield _with(node, op=CALCULATED[type(node.op)]())
            if isinstance(node, ast.AugAssign):
                yield ast.Pass()
        case ast.BoolOp():
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
            yield from _each_left_out(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert()):
            yield node.operand
        case ast.Constant():
            yield from _of_value(node)
        case ast.Call() | ast.Name() | ast.Attribute():
            yield from _called(node)
        case _:
            yield from _of_control(node, scope)


def _of_value(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool() as value:
            yield ast.Constant(not value)
        case int() as number:
            yield ast.Constant(number + 1)
            yield ast.Constant(number - 1)
        case str() as side if side in SIDES:
            yield ast.Constant(SIDES[side])
        case _:
            return


def _of_control(node: ast.AST, scope: _Scope) -> Iterator[ast.AST]:
    """Conditions that always or never hold, results that are lost, statements that are left out."""
    match node:
        case ast.If():
            yield _with(node, test=ast.Constant(True))  # noqa: FBT003 - the value of a node
            yield _with(node, test=ast.Constant(False))  # noqa: FBT003 - likewise
        case ast.While() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()
        case ast.IfExp():
            yield node.body
            yield node.orelse
        case ast.comprehension(ifs=[_, *_]):
            for index in range(len(node.ifs)):
                yield _with(node, ifs=[test for place, test in enumerate(node.ifs) if place != index])
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield _with(node, value=ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Assign() if scope.function and _place(node) not in scope.bound:
            yield ast.Pass()
        case _:
            return


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _with(node: ast.AST, **changed: object) -> ast.AST:
    """A copy of a node with other parts."""
    new = copy.copy(node)
    for name, value in changed.items():
        setattr(new, name, value)
    return new


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        if type(op) in COMPARED:
            ops = [COMPARED[type(op)]() if index == place else other for index, other in enumerate(node.ops)]
            yield _with(node, ops=ops)


def _each_left_out(node: ast.BoolOp) -> Iterator[ast.AST]:
    for place in range(len(node.values)):
        rest = [value for index, value in enumerate(node.values) if index != place]
        yield rest[0] if len(rest) == 1 else _with(node, values=rest)


def _called(node: ast.Call | ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    """Another function; a call that gives its argument back; and either side of a choice."""
    match node:
        case ast.Name(id=name) if name in SWAPPED:
            yield ast.Name(SWAPPED[name], node.ctx)
        case ast.Attribute(attr=name) if name in SWAPPED:
            yield _with(node, attr=SWAPPED[name])
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in UNWRAPPED:
            yield first
        case ast.Call(func=ast.Attribute(attr="where"), args=[_, then, other]):
            yield then
            yield other
        case _:
            return
