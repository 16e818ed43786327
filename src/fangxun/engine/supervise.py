"""Tell others that the daemon lives: systemd's notify socket and an outgoing heartbeat URL."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Mapping

import httpx

log = logging.getLogger(__name__)


def notify(message: str, environ: Mapping[str, str]) -> bool:
    """Send one datagram to systemd ("READY=1", "WATCHDOG=1", "STOPPING=1"); False without one."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.connect(address)
            out.sendall(message.encode())
    except OSError:
        log.warning("systemd's notify socket refuses", extra={"action": "notify_failed"})
        return False
    return True


def heartbeat_beater(url: str, *, timeout: float = 5.0) -> Callable[[], None]:
    """A function that GETs the heartbeat URL once; a failure is logged, the receiver misses it."""
    client = httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False)

    def beat() -> None:
        try:
            with client.stream("GET", url) as answer:
                if answer.status_code >= httpx.codes.BAD_REQUEST:
                    log.warning(
                        "heartbeat URL answers %s",
                        answer.status_code,
                        extra={"action": "heartbeat_refused"},
                    )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            log.warning("heartbeat failed: %s", error, extra={"action": "heartbeat_failed"})

    return beat
