"""Checkers of Python code. Each returns its complaints."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from tests.architecture.sources import Source

Allowed = dict[str, str]
"""Names of places that need not follow a rule, with the reason."""

CLOCKS = frozenset({
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.monotonic",
    "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.localtime", "time.gmtime",
})  # fmt: skip
ENVIRONMENT = frozenset({"os.environ", "os.getenv", "os.putenv"})


def unguarded_services(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Public service functions that take `by: Viewer` and do not open with `require(…)`."""
    found = {
        f"{source.name}:{function.name}": source.at(function.lineno, f"{function.name} takes `by` and does not require")
        for source in sources
        if source.part == "services"
        for function in _functions(source.tree)
        if not function.name.startswith("_") and _takes_viewer(function) and not _opens_with_require(function)
    }
    return _without(found, allowed)


def foreign_commits(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Calls of `….commit()`: the unit of work alone commits."""

    def commits(node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"

    return _nodes(sources, commits, "commits outside of the unit of work", allowed)


def queries_in_views(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """SQL in views: an import of SQLAlchemy or of `db`."""

    def touches(node: ast.AST) -> bool:
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            return (node.module or "").partition(".")[0] == "sqlalchemy" or (
                node.module == "community.extensions" and "db" in names
            )
        return isinstance(node, ast.Import) and any(alias.name.startswith("sqlalchemy") for alias in node.names)

    views = [source for source in sources if source.part in ("views", "api") or source.name.endswith("styleguide.py")]
    return _nodes(views, touches, "a view holds no SQL", allowed)


def foreign_clocks(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Readings of a clock other than `core.clock`."""
    return _names(sources, CLOCKS, "reads a clock of its own", allowed)


def foreign_environment(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Readings of the environment outside of `config`."""
    return _names(sources, ENVIRONMENT, "reads the environment", allowed)


def foreign_markup(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Strings declared to be safe HTML: `Markup(…)`, and `as_markup(…)` of anything but what the renderer made.

    That is what a function called `render…` returns, and what is kept under a name that ends in `html`.
    """

    def trusts(node: ast.AST) -> bool:
        name = _dotted(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        return name == "Markup" or (
            name == "as_markup" and isinstance(node, ast.Call) and not all(map(_is_rendered, node.args))
        )

    return _nodes(sources, trusts, "declares a string to be safe HTML", allowed)


def foreign_parts(sources: Iterable[Source], allowed: Allowed) -> list[str]:
    """Imports of another domain's private parts; open to others are its rules, not its screens and listeners."""
    found: dict[str, str] = {}
    for source in sources:
        if source.domain in ("app", "core"):
            continue
        for node in ast.walk(source.tree):
            for target in _imported(node):
                parts = target.split(".")
                if len(parts) > 2 and parts[1] != source.domain and parts[2] in PRIVATE_PARTS and parts[1] != "core":
                    key = f"{source.name} imports {'.'.join(parts[1:3])}"
                    found[key] = source.at(getattr(node, "lineno", 0), f"imports {target}, a private part of {parts[1]}")
    return _without(found, allowed)


PRIVATE_PARTS = frozenset({"views", "api", "handlers", "tasks", "cli", "forms", "subjects", "broadcasts"})


def long_modules(sources: Iterable[Source], allowed: Allowed, *, most: int = 300) -> list[str]:
    """Modules of more than `most` lines."""
    found = {s.name: s.at(s.lines, f"{s.lines} lines; {most} are plenty") for s in sources if s.lines > most}
    return _without(found, allowed)


def long_functions(sources: Iterable[Source], allowed: Allowed, *, most: int = 40) -> list[str]:
    """Functions of more than `most` lines."""
    found: dict[str, str] = {}
    for source in sources:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > most:
                    found[f"{source.name}:{node.name}"] = source.at(node.lineno, f"{node.name} has {lines} lines")
    return _without(found, allowed)


def _nodes(
    sources: Iterable[Source], is_bad: Callable[[ast.AST], bool], problem: str, allowed: Allowed
) -> list[str]:
    found: dict[str, str] = {}
    for source in sources:
        lines = [getattr(node, "lineno", 0) for node in ast.walk(source.tree) if is_bad(node)]
        if lines:
            found[source.name] = "\n".join(source.at(line, problem) for line in lines)
    return _without(found, allowed)


def _names(sources: Iterable[Source], banned: frozenset[str], problem: str, allowed: Allowed) -> list[str]:
    def is_banned(node: ast.AST) -> bool:
        if isinstance(node, ast.ImportFrom):
            return any(f"{node.module}.{alias.name}" in banned for alias in node.names)
        return isinstance(node, ast.Attribute) and ".".join(_dotted(node).split(".")[-2:]) in banned

    return _nodes(sources, is_banned, problem, allowed)


def _without(found: dict[str, str], allowed: Allowed) -> list[str]:
    """Complaints but for what is allowed; an exception nobody needs is a complaint too.

    `embedded/` allows a whole folder.
    """
    unused = [name for name in allowed if not any(_covers(name, place) for place in found)]
    kept = [complaint for place, complaint in found.items() if not any(_covers(name, place) for name in allowed)]
    return kept + [f"{name} is listed as an exception and needs none" for name in unused]


def _covers(name: str, place: str) -> bool:
    return place.startswith(name) if name.endswith("/") else place == name


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    yield from (node for node in tree.body if isinstance(node, ast.FunctionDef))


def _takes_viewer(function: ast.FunctionDef) -> bool:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return any(a.arg == "by" and (a.annotation is None or "Viewer" in ast.unparse(a.annotation)) for a in arguments)


def _opens_with_require(function: ast.FunctionDef) -> bool:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Call) and _dotted(first.value.func) == "require"


def _is_rendered(node: ast.AST) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_rendered(node.body) and _is_rendered(node.orelse)
    if isinstance(node, ast.Call):
        return _dotted(node.func).rpartition(".")[2].startswith("render")
    is_empty = isinstance(node, ast.Constant) and node.value == ""
    return is_empty or _dotted(node).endswith("html")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.startswith("community.")]
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("community"):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
