"""Quantity expressions such as ``shoot_days * 1.1 + prep_weeks * 6``: parsed into a small tree, never evaluated here.

Only what is listed is understood: numbers, names (dotted: ``shoot_days.moscow``), ``+ - * /``, one comparison,
``a if b else c``, ``min max ceil round abs`` and parentheses. The model turns the tree into graph nodes, so one
expression gives the number, the Excel formula and the explanation.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, NoReturn, cast, get_args

from coprod_budget.errors import Problem, ProjectError

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_LENGTH = 300
MAX_DEPTH = 30

UnaryOp = Literal["+", "-"]
BinaryOp = Literal["+", "-", "*", "/"]
CompareOp = Literal["<", "<=", ">", ">=", "==", "!="]
Function = Literal["min", "max", "ceil", "round", "abs"]


class Number(NamedTuple):
    """A plain number."""

    value: float


class Name(NamedTuple):
    """A quantity of the project by its dotted name, e.g. ``shoot_days.moscow``."""

    path: str


class Unary(NamedTuple):
    """A sign in front of a value."""

    op: UnaryOp
    x: Expr


class Binary(NamedTuple):
    """Arithmetic on two values."""

    op: BinaryOp
    a: Expr
    b: Expr


class Compare(NamedTuple):
    """A comparison: 1 where it holds, 0 where it does not."""

    op: CompareOp
    a: Expr
    b: Expr


class IfElse(NamedTuple):
    """``a if cond else b``: ``a`` where ``cond`` is not 0."""

    cond: Expr
    a: Expr
    b: Expr


class Call(NamedTuple):
    """One of the five functions: ``min`` and ``max`` of two or more values, ``ceil``, ``round`` and ``abs`` of one."""

    name: Function
    args: tuple[Expr, ...]


Expr = Number | Name | Unary | Binary | Compare | IfElse | Call

_FUNCTIONS: tuple[str, ...] = get_args(Function)
_SEVERAL = ("min", "max")
_SEGMENT = re.compile(r"[a-z][a-z0-9_]*")
_STRANGE = re.compile(r"[^A-Za-z0-9_.,+\-*/<>=!() ]")
_RUN_ON = re.compile(r"(?<![A-Za-z0-9_.])(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?+(?=[A-Za-z_])")
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_UNARY: dict[type[ast.unaryop], UnaryOp] = {ast.UAdd: "+", ast.USub: "-"}
_BINARY: dict[type[ast.operator], BinaryOp] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE: dict[type[ast.cmpop], CompareOp] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_ALLOWED = "numbers, names, + - * /, one comparison, `a if b else c`, min max ceil round abs and parentheses"
_CHARACTER_HINTS = {
    "%": "write a share as a fraction: 0.4",
    "'": "text has no place in a quantity",
    '"': "text has no place in a quantity",
    "[": "write names with a dot: shoot_days.moscow",
    "^": "powers are not allowed: multiply",
    "×": "write *",
    "÷": "write /",
    "−": "write the minus sign of the keyboard: -",  # the look-alike that word processors write
}


@lru_cache(maxsize=4096)  # a template repeats `days` a hundred times
def parse_expression(text: str) -> Expr:
    """The tree of an expression; anything outside the grammar is a Problem with its column in the text (ProjectError)."""
    if len(text) > MAX_LENGTH:
        _refuse("P503", f"the expression has {len(text)} characters", f"at most {MAX_LENGTH}; use a parameter", 1)
    flat = re.sub(r"[\t\r\n]", " ", text)  # folded YAML text; one for one, so that columns hold
    if not flat.strip():
        _refuse("P501", "the expression is empty", "give a number or an expression such as shoot_days * 2", 1)
    strange = _STRANGE.search(flat)
    if strange:
        character = strange[0]
        name = character if character.isprintable() else f"U+{ord(character):04X}"
        hint = _CHARACTER_HINTS.get(character, f"allowed are {_ALLOWED}")
        _refuse("P501", f"`{name}` cannot stand in an expression", hint, strange.start() + 1)
    run_on = _RUN_ON.search(flat)
    if run_on:
        _refuse(
            "P501", f"the number {run_on[0]} runs into a letter", "put an operator between them", run_on.start() + 1
        )
    return _Parser(flat).parse()


def names(expr: Expr) -> set[str]:
    """Every name that an expression uses."""
    match expr:
        case Number():
            return set()
        case Name(path):
            return {path}
        case Unary(_, x):
            return names(x)
        case Binary(_, a, b) | Compare(_, a, b):
            return names(a) | names(b)
        case IfElse(cond, a, b):
            return names(cond) | names(a) | names(b)
        case Call(_, args):
            return set().union(*(names(arg) for arg in args))


def unknown_names(expr: Expr, known: Collection[str]) -> list[Problem]:
    """A problem (without a position: see ``Project.problem``) for each name that is not among the known ones."""
    found = []
    for name in sorted(names(expr) - set(known)):
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known names: {', '.join(sorted(known)[:20])}"
        found.append(Problem("P504", f"unknown name '{name}' in the expression", hint))
    return found


def format_expression(expr: Expr) -> str:
    """The text of a tree, with no more parentheses than needed; parsing it gives the same tree."""
    return _format(expr, 0)


def _refuse(code: str, message: str, hint: str, column: int) -> NoReturn:
    raise ProjectError([Problem(code, message, hint, column=column)])


class _Parser:
    """Checks and converts what ``ast`` has read; nothing that is not listed gets through."""

    def __init__(self, text: str) -> None:
        self.text = text.lstrip()
        self.offset = len(text) - len(self.text) + 1

    def parse(self) -> Expr:
        depth = 0
        for index, character in enumerate(self.text):
            depth += {"(": 1, ")": -1}.get(character, 0)
            if depth > MAX_DEPTH:
                self._too_deep(index)
        try:
            tree = ast.parse(self.text, mode="eval")
        except SyntaxError as error:
            column = min(max(error.offset or 1, 1), len(self.text)) - 1
            _refuse("P501", "the expression cannot be read", f"allowed are {_ALLOWED}", column + self.offset)
        return self._convert(tree.body, 0)

    def _too_deep(self, column: int) -> NoReturn:
        _refuse("P503", f"more than {MAX_DEPTH} levels of nesting", "split it with a parameter", column + self.offset)

    def _not(self, node: ast.expr, message: str, hint: str = f"allowed are {_ALLOWED}") -> ProjectError:
        return ProjectError([Problem("P502", message, hint, column=node.col_offset + self.offset)])

    def _convert(self, node: ast.expr, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            self._too_deep(node.col_offset)
        match node:
            case ast.Constant():
                return self._number(node)
            case ast.Name() | ast.Attribute():
                return self._name(node)
            case ast.UnaryOp(op=op, operand=x) if type(op) in _UNARY:
                return Unary(_UNARY[type(op)], self._convert(x, depth + 1))
            case ast.BinOp(left=a, op=operator, right=b):
                if type(operator) not in _BINARY:
                    raise self._not(b, "only + - * / calculate", "powers, // and % are not allowed")
                # A long sum leans to the left without being hard to read: it does not count as nesting.
                left = self._convert(a, depth if isinstance(a, ast.BinOp) else depth + 1)
                return Binary(_BINARY[type(operator)], left, self._convert(b, depth + 1))
            case ast.Compare(left=a, ops=[comparison], comparators=[b]) if type(comparison) in _COMPARE:
                return Compare(_COMPARE[type(comparison)], self._convert(a, depth + 1), self._convert(b, depth + 1))
            case ast.Compare():
                raise self._not(node, "only one comparison at a time", "use < <= > >= == != between two values")
            case ast.IfExp(test=cond, body=a, orelse=b):
                return IfElse(*(self._convert(part, depth + 1) for part in (cond, a, b)))
            case ast.Call():
                return self._call(node, depth)
            case ast.BoolOp() | ast.UnaryOp():
                raise self._not(
                    node, "`and`, `or`, `not` are not allowed", "multiply comparisons, or nest `a if b else c`"
                )
        raise self._not(node, "this is not allowed in an expression")

    def _number(self, node: ast.Constant) -> Number:
        written = self.text[node.col_offset : node.end_col_offset]
        if not _NUMBER.fullmatch(written):  # True, None, ...
            raise self._not(node, f"`{written}` is neither a number nor a name")
        value = float(written)
        if not math.isfinite(value):
            raise self._not(node, f"the number {written[:20]} is too large", "give at most about 300 digits")
        return Number(value)

    def _name(self, node: ast.expr) -> Name:
        parts: list[str] = []
        inner = node
        while isinstance(inner, ast.Attribute):
            parts.append(inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise self._not(node, "only names have a dot", "write shoot_days.moscow")
        path = ".".join([inner.id, *reversed(parts)])
        if path in _FUNCTIONS:
            raise self._not(node, f"{path} is a function", f"write {path}(...)")
        if not all(_SEGMENT.fullmatch(part) for part in path.split(".")):
            raise self._not(
                node, f"'{path}' cannot be a name", "names are small letters, digits and _, and begin with a letter"
            )
        return Name(path)

    def _call(self, node: ast.Call, depth: int) -> Call:
        function = node.func.id if isinstance(node.func, ast.Name) else ""
        if function not in _FUNCTIONS:
            raise self._not(
                node,
                f"unknown function '{function}'" if function else "this cannot be called",
                f"there are {', '.join(_FUNCTIONS)}",
            )
        if node.keywords:
            raise self._not(node, f"{function} has no named arguments", f"write {function}(a)")
        if function in _SEVERAL and len(node.args) < 2:
            raise self._not(node, f"{function} compares at least two values", f"write {function}(a, b)")
        if function not in _SEVERAL and len(node.args) != 1:
            raise self._not(node, f"{function} takes one value", f"write {function}(a)")
        return Call(cast("Function", function), tuple(self._convert(arg, depth + 1) for arg in node.args))


_IF, _COMPARISON, _SUM, _PRODUCT, _SIGN, _ATOM = range(6)


def _format(expr: Expr, outer: int) -> str:
    match expr:
        case Number(value):
            own, text = _ATOM, str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case Name(path):
            own, text = _ATOM, path
        case Unary(op, x):
            own, text = _SIGN, f"{op}{_format(x, _SIGN)}"
        case Binary(op, a, b):
            own = _SUM if op in "+-" else _PRODUCT
            text = f"{_format(a, own)} {op} {_format(b, own + 1)}"
        case Compare(op, a, b):
            own, text = _COMPARISON, f"{_format(a, _SUM)} {op} {_format(b, _SUM)}"
        case IfElse(cond, a, b):
            own, text = _IF, f"{_format(a, _COMPARISON)} if {_format(cond, _COMPARISON)} else {_format(b, _IF)}"
        case Call(name, args):
            own, text = _ATOM, f"{name}({', '.join(_format(arg, _IF) for arg in args)})"
    return f"({text})" if own < outer else text
