"""`fangxun`: choose the language first, then load the commands."""

from __future__ import annotations

import io
import os
import sys

from fangxun import text


def main() -> None:
    """The console script. On a terminal of another encoding (GBK, a serial line) a sign that it
    lacks becomes a question mark: better than no answer at all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    text.install(text.choose_language(os.environ, text.district_language(os.environ)))
    from fangxun.cli.main import run  # noqa: PLC0415  typer reads its words when it is imported

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
