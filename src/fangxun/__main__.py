"""`fangxun`: choose the language first, then load the commands."""

from __future__ import annotations

import os
import sys

from fangxun import text


def main() -> None:
    """The console script."""
    text.install(text.choose_language(os.environ, text.district_language(os.environ)))
    from fangxun.cli.main import run  # noqa: PLC0415  typer reads its words when it is imported

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
