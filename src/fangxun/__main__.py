"""`fangxun`: choose the language first, then load the commands."""

from __future__ import annotations

import io
import os
import sys

from fangxun import text
from fangxun.cli import glance

NOT_WRITTEN = 8
"""As in the table of `cli.main`, which is not loaded here."""


def main() -> None:
    """The console script. On a terminal of another encoding (GBK, a serial line) a sign that it
    lacks becomes a question mark: better than no answer at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    asked = os.environ.get("FANGXUN_LANG", "").lower()
    known = "" if asked.startswith(("zh", "en")) else glance.language(os.environ)
    text.install(text.choose_language(os.environ, known))
    from fangxun.cli.main import run  # noqa: PLC0415  typer reads its words when it is imported

    sys.exit(_flushed(run(sys.argv[1:])))


def _flushed(code: int) -> int:
    """The exit code once all that was printed has left: a full disk behind `>` is no success, and
    the interpreter would say so in its own words."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = code or NOT_WRITTEN
            with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  only its descriptor is wanted
                os.dup2(nowhere.fileno(), stream.fileno())
    return code


if __name__ == "__main__":
    main()
