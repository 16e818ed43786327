"""uvicorn in a thread of its own; the main thread keeps the signals."""

from __future__ import annotations

import threading

import uvicorn
from fastapi import FastAPI


class Server:
    """Serves an application on one address until stopped."""

    def __init__(self, app: FastAPI, *, host: str, port: int) -> None:
        """Nothing listens yet."""
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_keep_alive=15,
            limit_concurrency=500,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, name="http")

    def start(self) -> None:
        """Listen, in the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that are in, then end."""
        self._server.should_exit = True
        self._thread.join()
