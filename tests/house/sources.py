"""What the house's own tests read: the files of the project, parsed once."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "fangxun"
SKIPPED = {
    ".git", ".venv", ".lock", "__pycache__", "build", "dist", ".hypothesis", ".mypy_cache",
    ".pytest_cache", ".ruff_cache", ".import_linter_cache",
}  # fmt: skip


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    """A module's path as the tests name it, "core/page.py"."""
    return path.relative_to(PACKAGE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """A module, parsed."""
    return ast.parse(path.read_text("utf-8"), str(path))


def files() -> list[Path]:
    """Every file that belongs to the project; what can be made again is left out."""
    found: list[Path] = []
    for path in sorted(ROOT.iterdir()):
        if path.name in SKIPPED:
            continue
        found += [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
    return [path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts)]


def imported(module: ast.Module) -> set[tuple[str, int]]:
    """The modules that a module imports, anywhere in it, each with its line."""
    found: set[tuple[str, int]] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {(alias.name, node.lineno) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {(f"{node.module}.{alias.name}", node.lineno) for alias in node.names}
            found.add((node.module, node.lineno))
    return found
