"""Files that name people: written whole or not at all, readable by their owner only."""

from __future__ import annotations

import os
from pathlib import Path

from fangxun.core.errors import N_, FaultyInput


def put(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, 0600; FaultyInput says why it cannot be."""
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(path)
    except OSError as error:
        raise FaultyInput(
            N_("{path} cannot be written: {why}"), path=path, why=error.strerror
        ) from error
