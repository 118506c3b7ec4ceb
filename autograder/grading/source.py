"""Reads a student's code without running it: what it defines, and what it does besides."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Collection, Iterator

# Stands between the pieces of a cell that was split or copied.
SEAM = "# The next piece of this cell:"
# More are run as one: a cell that was copied ten thousand times is nobody's way to work.
_MOST_PIECES = 20
# How far a value that is worked out from others, which are worked out too, is followed.
_MOST_ROUNDS = 3

# Code that is nested more deeply is not read: nobody writes it, and to follow it takes a stack.
_DEEPEST = 120

# What IPython alone understands: a line of its own, what is assigned from one, a question.
_COMMAND = re.compile(r"^(\s*+)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")
_ASSIGNED = re.compile(r"^(\s*+[\w, ]++=\s*+)[%!].*$")
# A cell that begins with another of its magics defines nothing: it is a file, a shell's, a page.
_CELL_MAGIC = re.compile(r"\s*%%(\w+)")
_TRANSPARENT = {"capture", "prun", "time"}

# A line that IPython takes for a command, which may run code, and one of which it is known not to.
_ESCAPED = re.compile(r"\s*+[%!?/,;]")
_IDLE = re.compile(r"\s*+%(?:matplotlib|config|load_ext|autoreload|%(?:time|capture|prun))\b")

_Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_Blocks = ast.If | ast.Try | ast.With | ast.For | ast.While
_PLAIN = (
    *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Expr),
    *(ast.Pass, ast.Assert, ast.Raise, ast.Return, ast.Break, ast.Continue),
)
# What makes code of text, or gives things by names that are worked out.
_HIDING = {
    *("exec", "eval", "compile", "globals", "locals", "vars", "getattr", "setattr", "delattr"),
    *("__dict__", "__globals__", "__builtins__", "__import__", "__code__", "__getattribute__"),
    *("builtins", "importlib", "inspect", "sys", "gc", "types", "pickle", "marshal", "open"),
    *("get_ipython", "FunctionType"),
}


def joined(pieces: list[str]) -> str:
    """Return the pieces of a cell as one text; see `pieces_of`."""
    return f"\n{SEAM}\n".join(pieces)


def pieces_of(source: str) -> list[str]:
    """Return what is run of a text, piece by piece, as Jupyter runs cells.

    An error in one piece does not keep the next from being run. Pieces that are code only
    together, as halves of a function are, are one.
    """
    pieces = source.split(f"\n{SEAM}\n")
    if len(pieces) > _MOST_PIECES:
        return [source]
    halves = any(parsed(piece) is None for piece in pieces) and parsed(source) is not None
    return [source] if halves else pieces


def statements_of(source: str) -> list[str]:
    """Return the statements of some code one by one, each where it stood; all if it is no Python.

    Of very many, the last are one.
    """
    body, lines = parsed(source), source.split("\n")
    if not body:
        return [source]
    starts = [_lines(node)[0] - 1 for node in body[:_MOST_PIECES]]
    ends = [*starts[1:], len(lines)]
    pairs = zip(starts, ends, strict=True)
    return ["\n" * start + "\n".join(lines[start:end]) for start, end in pairs]


def defined(source: str) -> list[str]:
    """Return the names that code defines at its top level; none if it is no Python."""
    return list(dict.fromkeys(name for node in parsed(source) or () for name in bound(node)))


def functions(source: str) -> list[str]:
    """Return the names of the functions and classes that code defines at its top level."""
    return list(dict.fromkeys(filter(None, map(_function, parsed(source) or ()))))


def cut(source: str, name: str) -> str:
    """Return the part of some code that defines the function or class called `name`."""
    lines = source.split("\n")
    parts = [
        "\n".join(lines[first - 1 : last])
        for node in parsed(source) or ()
        if _function(node) == name
        for first, last in [_lines(node)]
    ]
    return "\n\n\n".join(parts)


def same_but_for_docstrings(one: str, other: str) -> bool:
    """Whether two texts differ in docstrings alone, and in white space at the ends of lines."""
    return _undocumented(one) == _undocumented(other)


def _undocumented(source: str) -> list[str]:
    """Return the lines of some code that are in no docstring; all lines of another text."""
    lines = source.rstrip().split("\n")
    left: set[int] = set()
    for node in (found for top in parsed(source) or () for found in ast.walk(top)):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            first = node.body[0]
            if not lines[first.lineno - 1][: first.col_offset].strip():
                left.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return [line.rstrip() for number, line in enumerate(lines, 1) if number not in left]


def definitions_alone(source: str) -> str:
    """Return code without what it does besides defining; each line stays where it was.

    Values that have to be worked out by a call may be what takes so long: they are left out, but
    for those that what is defined looks up.
    """
    kept, left = [], []
    for node in parsed(source) or ():
        if _only_defines(node):
            kept.append(node)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            left.append(node)
    for _ in range(_MOST_ROUNDS):
        wanted = looked_up(kept)
        kept += [node for node in left if not wanted.isdisjoint(bound(node))]
        left = [node for node in left if wanted.isdisjoint(bound(node))]
    numbers = {n for node in kept for first, last in [_lines(node)] for n in range(first, last + 1)}
    lines = source.split("\n")
    return "\n".join(line if number in numbers else "" for number, line in enumerate(lines, 1))


def parsed(source: str) -> list[ast.stmt] | None:
    """Return the statements of some code, without IPython's own.

    None if it is no Python, or none that anybody could read.
    """
    body = _parsed_as_it_is(source)
    if body is not None:
        return body
    magic = _CELL_MAGIC.match(source)
    if magic and magic[1] not in _TRANSPARENT:
        return []
    lines = [_ASSIGNED.sub(r"\1None", line) for line in source.split("\n")]
    return _parsed_as_it_is("\n".join(_COMMAND.sub(r"\1pass", line) for line in lines))


def unread(source: str) -> list[str]:
    """Return what IPython may run of some code and `parsed` does not show."""
    if _parsed_as_it_is(source) is not None:
        return []
    lines = source.split("\n")
    commands = [line for line in lines if _ESCAPED.match(line) or _ASSIGNED.match(line)]
    commands = [line for line in commands if not _IDLE.match(line)]
    if parsed(source):
        return commands
    return [source] if commands or _is_python(source) else []


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    except (RecursionError, MemoryError):
        pass
    return True


def _parsed_as_it_is(source: str) -> list[ast.stmt] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return None if _is_deep(body) else body


def _is_deep(body: list[ast.stmt]) -> bool:
    """Whether code is nested so deeply that what goes down into it would not come up again."""
    level: list[ast.AST] = [*body]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True


def bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement may bind where it stands, those in its blocks too."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.Assign):
        yield from (name for target in node.targets for name in _targets(target))
    elif isinstance(node, ast.AugAssign) or (isinstance(node, ast.AnnAssign) and node.value):
        yield from _targets(node.target)
    elif isinstance(node, _Blocks):
        if isinstance(node, ast.For):
            yield from _targets(node.target)
        elif isinstance(node, ast.With):
            for item in node.items:
                yield from _targets(item.optional_vars) if item.optional_vars else ()
        yield from (name for child in _within(node) for name in bound(child))


def _within(block: _Blocks) -> list[ast.stmt]:
    """Return the statements of a block, and of what belongs to it."""
    parts = [block.body, getattr(block, "orelse", []), getattr(block, "finalbody", [])]
    parts += [handler.body for handler in getattr(block, "handlers", [])]
    return [statement for part in parts for statement in part]


def _targets(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Starred):
        yield from _targets(target.value)
    elif isinstance(target, ast.Tuple | ast.List):
        yield from (name for part in target.elts for name in _targets(part))


def _function(node: ast.stmt) -> str:
    """Return the name of the function or class that a statement defines, if it does."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
        return next(bound(node), "")
    return ""


def _lines(node: ast.stmt) -> tuple[int, int]:
    """Return the numbers of a statement's first and last line, its decorators' among them."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return first, node.end_lineno or node.lineno


def _only_defines(node: ast.stmt) -> bool:
    """Whether a statement defines things, and does no work for it."""
    if isinstance(node, ast.If | ast.Try):
        idle = not isinstance(node, ast.If) or not _calls(node.test)
        return idle and all(isinstance(s, ast.Pass) or _only_defines(s) for s in _within(node))
    if isinstance(node, ast.Assign | ast.AnnAssign):
        return any(bound(node)) and not _calls(node)
    definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return isinstance(node, definition | ast.Import | ast.ImportFrom)


def _calls(node: ast.AST) -> bool:
    """Whether something is called where a statement stands; what a lambda calls, it calls later."""
    left = [node]
    while left:
        part = left.pop()
        if isinstance(part, ast.Call):
            return True
        if not isinstance(part, ast.Lambda):
            left += ast.iter_child_nodes(part)
    return False


def imported(source: str, packages: Collection[str]) -> set[str]:
    """Return the names to which the imports of some code bind packages, or what is in them."""
    found = set()
    for node in parsed(source) or ():
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            path = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
            if path.split(".")[0] in packages:
                found.add((alias.asname or alias.name).split(".")[0])
    return found


def looked_up(nodes: list[ast.stmt]) -> set[str]:
    """Return the global names that statements look up, when they are run or called."""
    try:
        text = ast.unparse(ast.Module(nodes, []))
        return set(_globals(symtable.symtable(text, "kept", "exec")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        names = (found for node in nodes for found in ast.walk(node) if isinstance(found, ast.Name))
        return {name.id for name in names if isinstance(name.ctx, ast.Load)}


def is_plain(node: ast.stmt) -> bool:
    """Whether all that a statement binds, and looks up, can be seen by reading it.

    It is not where it may bind what it does not name (by `exec`, say, or by putting something into
    an object), or look something up by a name that is worked out.
    """
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        known = all(any(_targets(target)) for target in targets)
    elif isinstance(node, _Blocks):
        known = all(map(is_plain, _within(node)))
    else:
        known = isinstance(node, _PLAIN)
    return known and not any(map(_hides, ast.walk(node)))


def _hides(node: ast.AST) -> bool:
    """Whether something stands for code that is not there to be read, or binds where it stands."""
    if isinstance(node, ast.Name):
        return node.id in _HIDING
    if isinstance(node, ast.Attribute):
        return node.attr in _HIDING
    return isinstance(node, ast.NamedExpr | ast.Global)


def _globals(table: symtable.SymbolTable) -> Iterator[str]:
    top = table.get_type() == "module"
    for symbol in table.get_symbols():
        if symbol.is_referenced() and (top or symbol.is_global()):
            yield symbol.get_name()
    for child in table.get_children():
        yield from _globals(child)
