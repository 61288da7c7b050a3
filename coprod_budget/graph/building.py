"""Building a graph of quantities: the one place where a calculation is written. Nothing is computed here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coprod_budget.graph.given import Given, plain
from coprod_budget.graph.nodes import GraphError, Node, Origin, Table, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

FREE_CONSTANTS = (0.0, 1.0, 12.0, 100.0, 365.0)
"""Numbers that may stand inside a formula; every other number is an input with an origin."""


class Graph:
    """All nodes of one model, in the order in which they were built (arguments always come first)."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.tables: dict[str, Table] = {}
        self.followers: list[Node] = []
        self.bound: dict[tuple[int, int], Given] = {}
        """Inputs (number of the node, row or -1) made from numbers that remember where they came from."""
        self._named: dict[str, Node] = {}
        self._order: dict[str, int] = {}
        self._cells: dict[str, tuple[Node, int]] = {}
        self._constants: dict[float, Node] = {}

    # --- building ---------------------------------------------------------------------------------------------------

    def add(self, node: Node) -> int:
        """Take a node in and return its number; called by ``Node`` itself."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def register(self, node: Node) -> None:
        """Make a named node findable; a key is used once."""
        if node.key in self._named:
            msg = f"the key {node.key!r} is used twice"
            raise GraphError(msg)
        self._named[node.key] = node
        self._order[node.key] = len(self._order)

    def table(self, name: str, keys: Iterable[str], label: str = "", *, run: int = 0) -> Table:
        """Add a table with unique row keys (upper and lower case count as the same, as in a spreadsheet).

        ``run`` rows at a time belong together in a sequence; all rows do if it is not given.
        """
        rows = tuple(keys)
        strange = next((k for k in rows if not _KEY.fullmatch(k)), None)
        if strange is not None:
            msg = f"table {name!r}: {strange!r} cannot be a row key (a spreadsheet would read it as a pattern)"
            raise GraphError(msg)
        if len({k.casefold() for k in rows}) != len(rows):
            msg = f"table {name!r} has a row key twice"
            raise GraphError(msg)
        if name in self.tables:
            msg = f"table {name!r} exists"
            raise GraphError(msg)
        if run and len(rows) % run:
            msg = f"table {name!r}: {len(rows)} rows are no whole number of runs of {run}"
            raise GraphError(msg)
        table = Table(name, rows, label or name, run or len(rows), {key: i for i, key in enumerate(rows)})
        self.tables[name] = table
        return table

    def constant(self, value: float) -> Node:
        """Return a number that may stand inside a formula (one of ``FREE_CONSTANTS``)."""
        number = float(value)
        if number not in FREE_CONSTANTS:
            msg = f"{number:g} must be an input with an origin, not a number inside a formula"
            raise GraphError(msg)
        if number not in self._constants:
            node = Node(self, "constant", (), None)
            node.value = number
            self._constants[number] = node
        return self._constants[number]

    def undefined(self) -> Node:
        """Return the answer of a question that has none: not a number, "n/a" in a spreadsheet."""
        return Node(self, "undefined", (), None)

    def input(self, key: str, value: float, *, label: str, unit: str, origin: Origin) -> Node:
        """Add a scalar input."""
        node = Node(self, "input", (), None)
        node.value = self._plain(node, -1, value)
        node.origins = (origin,)
        return node.named(key, label, unit)

    def input_column(
        self, key: str, table: Table, values: Sequence[float], *, label: str, unit: str, origins: Sequence[Origin]
    ) -> Node:
        """Add a column of inputs, with one origin for all rows or one a row."""
        if len(values) != len(table) or len(origins) not in {1, len(table)}:
            msg = f"input column {key!r}: {len(values)} values and {len(origins)} origins for {len(table)} rows"
            raise GraphError(msg)
        node = Node(self, "input", (), table)
        node.value = tuple(self._plain(node, row, value) for row, value in enumerate(values))
        node.origins = tuple(origins)
        return node.named(key, label, unit)

    def _plain(self, node: Node, row: int, value: float) -> float:
        if isinstance(value, Given):
            self.bound[node.id, row] = value
        return float(plain(value))

    def text_column(self, key: str, table: Table, values: Sequence[str], *, label: str) -> Node:
        """Add a column of text: row keys of another table (for look-ups and grouped sums) or words to show."""
        if len(values) != len(table):
            msg = f"text column {key!r}: {len(values)} values for {len(table)} rows"
            raise GraphError(msg)
        node = Node(self, "text", (), table)
        node.value = tuple(values)
        return node.named(key, label, "text")

    def apply(self, op: str, *args: Node | float) -> Node:
        """Add an operation that works row by row; scalars stand for every row."""
        nodes = tuple(a if isinstance(a, Node) else self.constant(a) for a in args)
        table: Table | None = None
        for node in nodes:
            if node.graph is not self:
                msg = f"{node!r} belongs to another graph"
                raise GraphError(msg)
            if node.op == "text":
                msg = f"{node!r} is text and cannot be calculated with"
                raise GraphError(msg)
            if node.table is not None:
                if table is not None and table is not node.table:
                    msg = f"{op}: rows of {table.name!r} and {node.table.name!r} do not match"
                    raise GraphError(msg)
                table = node.table
        return Node(self, op, nodes, table)

    def add_up(self, nodes: Sequence[Node]) -> Node:
        """Return the sum of the nodes, row by row; 0 of none."""
        return self.apply("add", *nodes) if nodes else self.constant(0)

    def minimum(self, *args: Node | float) -> Node:
        """Return the smallest of the arguments, row by row."""
        return self.apply("min", *args)

    def maximum(self, *args: Node | float) -> Node:
        """Return the largest of the arguments, row by row."""
        return self.apply("max", *args)

    def both(self, *args: Node) -> Node:
        """Return 1 where every argument is true (not 0)."""
        return self.apply("and", *args)

    def either(self, *args: Node) -> Node:
        """Return 1 where any argument is true (not 0)."""
        return self.apply("or", *args)

    def choose(self, condition: Node, yes: Node | float, no: Node | float) -> Node:
        """Return ``yes`` where the condition is true, else ``no``; the branch not taken may be undefined."""
        return self.apply("choose", condition, yes, no)

    def ratio(self, numerator: Node | float, denominator: Node) -> Node:
        """Return the quotient, and 0 where the denominator is 0."""
        return self.choose(denominator.equals(0), 0, self.apply("div", numerator, denominator))

    def power(self, base: Node | float, exponent: Node | float) -> Node:
        """Return the base to the power of the exponent, row by row; a base below 0 has whole powers only."""
        return self.apply("power", base, exponent)

    def round(self, value: Node, digits: Node) -> Node:
        """Round half away from zero to ``digits`` decimals (a scalar), as a spreadsheet does."""
        if digits.table is not None:
            msg = "round: digits must be a scalar"
            raise GraphError(msg)
        return self.apply("round", value, digits)

    def ceil(self, value: Node) -> Node:
        """Return the next whole number up (the value itself where it is whole)."""
        nearest = self.round(value, self.constant(0))
        return nearest + self.choose(nearest < value, 1, 0)

    def stack(self, table: Table, nodes: Sequence[Node | float]) -> Node:
        """Make a column of one scalar a row."""
        scalars = tuple(n if isinstance(n, Node) else self.constant(n) for n in nodes)
        if len(scalars) != len(table) or any(n.table is not None for n in scalars):
            msg = f"stack: {len(table)} scalars are needed for table {table.name!r}"
            raise GraphError(msg)
        return Node(self, "stack", scalars, table)

    def spread(self, table: Table, scalar: Node | float) -> Node:
        """Make a column that says the same in every row."""
        return self.stack(table, [scalar] * len(table))

    def previous(self, table: Table) -> Node:
        """Return a column that says, in every row, what another column says in the row before; 0 in the first row of every run.

        Which column that is, is told afterwards (``follow``): so a quantity can depend on what it was one row earlier.
        """
        node = Node(self, "previous", (), table)
        self.followers.append(node)
        return node

    def follow(self, previous: Node, column: Node) -> None:
        """Tell which named column a ``previous`` one is the row before of."""
        if previous.op != "previous" or previous.follows is not None:
            msg = f"{previous!r} waits for no column"
            raise GraphError(msg)
        if column.table is not previous.table or not column.key or column is previous:
            msg = f"{column!r} cannot be followed: it needs a name and the same rows"
            raise GraphError(msg)
        previous.follows = column

    def pick(self, column: Node, row_key: str) -> Node:
        """Return one row of a column as a scalar."""
        table = table_of(column)
        node = Node(self, "pick", (column,), None)
        node.rows = ((_row(table, row_key),),)
        return node

    def lookup(self, column: Node, keys: Node) -> Node:
        """Return, for every row of ``keys`` (a text column), the value of ``column`` in the row with that key."""
        source, target, names = table_of(column), table_of(keys), _texts(keys)
        node = Node(self, "lookup", (column, keys), target)
        node.rows = (tuple(_row(source, name) for name in names),)
        return node

    def sum(self, column: Node) -> Node:
        """Return the sum over all rows."""
        table_of(column)
        return Node(self, "sum", (column,), None)

    def lowest(self, column: Node, runs: Table | None = None) -> Node:
        """Return the smallest of all rows, or of the rows of each run."""
        if not len(table_of(column)):
            msg = f"lowest: {column!r} has no rows"
            raise GraphError(msg)
        return Node(self, "lowest", (column,), _runs_of(column, runs))

    def last(self, column: Node, runs: Table) -> Node:
        """Return, for every row of ``runs``, what the column says in the last row of that run."""
        return Node(self, "last", (column,), _runs_of(column, runs))

    def dot(self, a: Node, b: Node) -> Node:
        """Return the sum over all rows of the products of two columns."""
        if table_of(a) is not table_of(b):
            msg = f"dot: {a!r} and {b!r} have different rows"
            raise GraphError(msg)
        return Node(self, "dot", (a, b), None)

    def sum_by(self, column: Node, keys: Node, table: Table) -> Node:
        """Return, for every row of ``table``, the sum of the rows of ``column`` whose text in ``keys`` is that row's key.

        Rows whose key is not in ``table`` are in no group; check the totals where that must not happen.
        """
        if table_of(column) is not table_of(keys):
            msg = f"sum_by: {column!r} and {keys!r} have different rows"
            raise GraphError(msg)
        groups: list[list[int]] = [[] for _ in table.keys]
        positions = {key.casefold(): i for key, i in table.positions.items()}  # SUMIFS does not see case
        for row, name in enumerate(_texts(keys)):
            if name.casefold() in positions:
                groups[positions[name.casefold()]].append(row)
        node = Node(self, "sum_by", (column, keys), table)
        node.rows = tuple(tuple(g) for g in groups)
        return node

    def irr(self, flows: Node, periods: Node, runs: Table | None = None) -> Node:
        """Return the internal rate of return a period of a column of flows at equally spaced ``periods`` (0, 1, 2...).

        -1 where nothing ever comes back; not a number where nothing was ever paid out. With ``runs``, a column over it: its i-th row
        is the rate of the i-th run of the flows (runs beyond its rows are not looked at).
        """
        if table_of(flows) is not table_of(periods):
            msg = f"irr: {flows!r} and {periods!r} have different rows"
            raise GraphError(msg)
        return Node(self, "irr", (flows, periods), _runs_of(flows, runs))

    def npv(self, rate: Node, flows: Node, runs: Table | None = None) -> Node:
        """Return the net present value at ``rate`` (a scalar) a period, of each run with ``runs``; the first flow is not discounted."""
        if rate.table is not None:
            msg = f"npv: {rate!r} is a column; the rate is a scalar"
            raise GraphError(msg)
        return Node(self, "npv", (rate, flows), _runs_of(flows, runs))

    def solve(self, goal: Node, unknowns: Sequence[Node], *, most: float = 1e13) -> Node:
        """Return, for every row of ``goal``, the smallest value of the unknowns at which the goal is at least 0.

        The unknowns are scalar inputs, all set to the same value from 0 to ``most`` at once; everything else stays as it is. The goal
        must not fall as they rise, and may have bends. 0 where it is at least 0 at 0; not a number where it is never reached. What
        the unknowns themselves say does not matter. It is searched for and cannot be written as a formula (``is_solved``): a workbook
        shows the value.
        """
        strange = next((n for n in unknowns if n.op != "input" or n.table is not None or n.graph is not self), None)
        if strange is not None or not unknowns or most <= 0:
            msg = f"solve: {strange!r} is no scalar input" if strange else "solve: an unknown and a range are needed"
            raise GraphError(msg)
        node = Node(self, "solve", (goal, *unknowns), goal.table)
        node.value = float(most)
        return node

    # --- finding ----------------------------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Node:
        """Return the node with this key."""
        try:
            return self._named[key]
        except KeyError:
            msg = f"no quantity {key!r}"
            raise GraphError(msg) from None

    def __contains__(self, key: object) -> bool:
        """Say whether a node has this key."""
        return key in self._named

    def named(self) -> Iterator[Node]:
        """Yield every node that has a key, in building order."""
        return iter(self._named.values())

    def find(self, key: str) -> tuple[Node, int] | None:
        """Return the node and row (-1 for a scalar or a whole column) that a key means, or None."""
        if key in self._named:
            return self._named[key], -1
        if key not in self._cells:
            found = list(self._cells_named(key))
            if not found:
                return None  # the next quantity may be called so
            self._cells[key] = min(found, key=lambda cell: self._order[cell[0].key])
        return self._cells[key]

    def _cells_named(self, key: str) -> Iterator[tuple[Node, int]]:
        """Every row of a column that is called so: any stretch of the key's parts may be the row's key."""
        parts = key.split(".")
        for start in range(len(parts)):
            for stop in range(start + 1, len(parts) + 1):
                row = ".".join(parts[start:stop])
                names = [".".join((*parts[:start], "*", *parts[stop:]))]
                if start and stop == len(parts):
                    names.append(".".join(parts[:start]))
                for name in names:
                    node = self._named.get(name)
                    if node is not None and node.table is not None and row in node.table.positions:
                        number = node.table.positions[row]
                        if node.cell_key(number) == key:
                            yield node, number

    def keys(self) -> list[str]:
        """Return every key that ``find`` understands, of scalars and of the rows of columns."""
        named = self._named.values()
        cells = {node.cell_key(row): None for node in named for row in range(len(node.table or ()))}
        return [*(node.key for node in named if node.table is None), *cells]


def _runs_of(column: Node, runs: Table | None) -> Table | None:
    table = table_of(column)
    if runs is not None and not 0 < len(runs) * table.run <= len(table):
        msg = f"{column!r} has no {len(runs)} runs of {table.run} rows"
        raise GraphError(msg)
    return runs


def _texts(node: Node) -> tuple[str, ...]:
    if node.op != "text" or not isinstance(node.value, tuple):
        msg = f"{node!r} is not a text column"
        raise GraphError(msg)
    return tuple(str(v) for v in node.value)


def _row(table: Table, key: str) -> int:
    try:
        return table.positions[key]
    except KeyError:
        msg = f"table {table.name!r} has no row {key!r}"
        raise GraphError(msg) from None
