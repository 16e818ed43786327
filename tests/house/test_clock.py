"""Only `clock` reads the wall clock and draws what nobody can foretell."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

from tests.house.sources import imported, modules, name, tree

READERS = {"now", "utcnow", "today", "time_ns", "monotonic", "perf_counter", "sleep"}
STANDARD = {"datetime", "date", "time"}
CHANCE = {"random", "secrets", "uuid", "numpy.random"}
HOME = "clock.py"

ALLOWED = {
    # (module, what is called): why it reads no clock
    ("*", "clock.now"): "the home itself",
    ("*", "clock.monotonic"): "the home itself",
    ("*", "self.monotonic"): "a clock passed in: real in the daemon, virtual in tests",
    ("standin", "asyncio.sleep"): "a stand-in's own delays, on its own loop",
}


def called(module: ast.Module) -> set[tuple[str, int]]:
    """Each call of something that is named like a reader of a clock, whatever it hangs on, and each
    mention of the standard library's own."""
    found = {
        node.func
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in READERS
    }
    found |= {
        node
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute)
        and node.attr in READERS | {"time"}
        and ast.unparse(node.value).rpartition(".")[2] in STANDARD
    }
    return {(ast.unparse(node), node.lineno) for node in found}


def allowed(room: str, what: str) -> bool:
    """Is this use on the list?"""
    return ("*", what) in ALLOWED or (room, what) in ALLOWED


def everywhere_else(faults: Callable[[Path], set[tuple[str, int]]]) -> dict[str, object]:
    """What a check finds in each module but the clock itself; those without a fault left out."""
    found = {name(path): faults(path) for path in modules() if name(path) != HOME}
    assert len(found) > 1, "no module was looked at"
    return {module: what for module, what in found.items() if what}


def test_only_clock_reads_the_wall_clock():
    """By name, so that `loc = datetime; loc.now()` does not slip through."""

    def read(path):
        room = name(path).partition("/")[0]
        return {(what, line) for what, line in called(tree(path)) if not allowed(room, what)}

    assert everywhere_else(read) == {}


def test_only_clock_draws_chance():
    """A drill's chance is computed from its seed; tokens come from `clock.token`."""

    def drawn(path):
        return {
            (module, line)
            for module, line in imported(tree(path))
            if module in CHANCE or module.rpartition(".")[0] in CHANCE
        }

    assert everywhere_else(drawn) == {}


def test_nobody_imports_a_clock_by_its_name():
    """`from time import monotonic as tick` would hide it."""
    hidden = {"time.time", "time.monotonic", "time.sleep", "time.perf_counter", "time.time_ns"}

    def named(path):
        return {(module, line) for module, line in imported(tree(path)) if module in hidden}

    assert everywhere_else(named) == {}


def test_the_check_sees_an_alias():
    assert called(ast.parse("loc = datetime\nloc.now()\nx = date.today")) == {
        ("loc.now", 2),
        ("date.today", 3),
    }
