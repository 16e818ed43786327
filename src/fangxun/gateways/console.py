"""Messages as JSON lines in a file or on a terminal: the duty room's own screen, and trials."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, TextIO

from fangxun import clock
from fangxun.core.page import AttemptState, Blame
from fangxun.core.plan import Channel
from fangxun.gateways.base import (
    Abilities,
    Accepted,
    NotSent,
    OneWay,
    Order,
    Outcome,
    Refused,
    masked,
)
from fangxun.gateways.settings import Secret, read_settings
from fangxun.text import _

_C1 = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}
"""Control characters that JSON leaves as they are and a terminal obeys."""


@dataclass(frozen=True, slots=True)
class ConsoleSettings:
    """`path` "" writes to the terminal that the daemon runs in. `ring` sounds its bell."""

    __pydantic_config__: ClassVar[Any] = {"extra": "forbid"}

    name: str
    path: str = ""
    ring: bool = False
    channels: tuple[Channel, ...] = (Channel.CONSOLE,)


def build(
    name: str, settings: Mapping[str, object], *, secret: Secret, public_base_url: str = ""
) -> ConsoleGateway:
    """From [gateway.settings] of fangxun.toml; needs no secret."""
    del secret, public_base_url
    return ConsoleGateway(read_settings(ConsoleSettings, name, settings))


class ConsoleGateway(OneWay):
    """Writes, and knows no more: what was written is sent, never delivered."""

    def __init__(
        self,
        settings: ConsoleSettings,
        *,
        now: Callable[[], datetime] = clock.now,
        terminal: TextIO | None = None,
    ) -> None:
        """`now` stamps the lines; `terminal` is standard output where none is given."""
        self.name = settings.name
        self.settings = settings
        self.abilities = Abilities(
            channels=frozenset(settings.channels), links=False, receipts=False, real=False
        )
        self._now = now
        self._terminal = terminal
        self._lock = threading.Lock()

    def close(self) -> None:
        """Nothing is kept open."""

    def send(self, order: Order) -> Outcome:
        """One line, flushed; a full disk is a temporary fault."""
        if order.channel not in self.abilities.channels:
            return Refused("no-channel", f"{order.channel} is not served", Blame.GATEWAY)
        line = json.dumps(
            {
                "at": self._now().isoformat(timespec="milliseconds"),
                "attempt": order.attempt,
                "channel": order.channel.value,
                "number": masked(order.number),
                "text": order.text,
            },
            ensure_ascii=False,
        )
        try:
            with self._lock:
                self._write(line.translate(_C1) + "\n")
        except (OSError, ValueError) as error:
            return NotSent("not-written", type(error).__name__)
        return Accepted(order.attempt, AttemptState.SENT)

    def check(self) -> str:
        """For doctor: whether the file can be written."""
        try:
            with self._lock:
                self._write("")
        except (OSError, ValueError) as error:
            return _("{name} cannot write to {path}: {why}").format(
                name=self.name, path=self.settings.path or "stdout", why=type(error).__name__
            )
        return ""

    def _write(self, line: str) -> None:
        if not self.settings.path:
            terminal = self._terminal or sys.stdout
            terminal.write(line + ("\a" if self.settings.ring and line else ""))
            terminal.flush()
            return
        # Opened for each line, so that the file may be moved away; only its owner reads it.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        handle = os.open(Path(self.settings.path), flags, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(line.encode("utf-8", "backslashreplace"))
            file.flush()
