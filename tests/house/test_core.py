"""The core takes values and `now`: standard library only, and nothing that reads the world."""

from __future__ import annotations

import ast
import sys

from tests.house.sources import PACKAGE, imported, modules, name, tree

CORE = [path for path in modules() if path.is_relative_to(PACKAGE / "core")]
WORLD = {
    "asyncio", "concurrent", "ctypes", "getpass", "glob", "http", "importlib", "io", "locale",
    "logging", "multiprocessing", "os", "pathlib", "platform", "random", "secrets", "selectors",
    "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile", "threading",
    "time", "urllib", "uuid", "warnings",
}  # fmt: skip
CALLS = {"open", "print", "input", "exec", "eval", "__import__"}


def test_core_is_stdlib_only():
    """Only the standard library and the core itself."""
    foreign = {
        (name(path), module, line)
        for path in CORE
        for module, line in imported(tree(path))
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not f"{module}.".startswith("fangxun.core.")
    }
    assert not foreign


def test_core_reads_nothing_of_the_world():
    """No clock, file, network, environment, thread, log or chance."""
    touched = {
        (name(path), module, line)
        for path in CORE
        for module, line in imported(tree(path))
        if module.partition(".")[0] in WORLD
    }
    called = {
        (name(path), node.func.id, node.lineno)
        for path in CORE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    }
    assert not touched | called


def test_every_state_of_a_state_machine_is_explained():
    """For whoever reads the journal at three in the morning: a sentence behind each member."""
    machines = [
        node
        for path in CORE
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("State")
    ]
    silent = {
        (node.name, ast.unparse(member.targets[0]))
        for node in machines
        for member, behind in zip(node.body, [*node.body[1:], None], strict=True)
        if isinstance(member, ast.Assign) and not isinstance(behind, ast.Expr)
    }
    assert len(machines) >= 4
    assert not silent
