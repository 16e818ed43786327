"""A fictional provincial SMS platform, as such platforms are: HTTP 200 with a code for everything.

    python -m fangxun.standin.sms_platform --port 8789

It takes {"mobile", "content", "extId"} with the key in X-App-Key, gives receipts and replies each
once when asked, or pushes them to `push_url` with the token in X-Token. Its times have no zone and
are those of Asia/Shanghai. `sms_template` holds the configuration of an http gateway for it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from fangxun import clock
from fangxun.standin.caller import Caller, Posted
from fangxun.standin.http1 import Reply, Request
from fangxun.standin.misbehaviour import Answer, Behaviour, Callbacks, Plan, Rule
from fangxun.standin.server import LoopbackServer

KEY = "standin-key"
PUSH_TOKEN = "standin-push"  # noqa: S105  of the stand-in only, known to everybody
ZONE = ZoneInfo("Asia/Shanghai")
_MOST_TEXT = 500
_HELD = frozenset({Answer.CREATED, Answer.BROKEN_AFTER, Answer.LOST})
_WORDS = {
    "sent": "ACCEPTD",
    "delivered": "DELIVRD",
    "undelivered": "UNDELIV",
    "failed": "REJECTD",
}


@dataclass(slots=True)
class Task:
    """One message that the platform took."""

    id: str
    attempt: str
    mobile: str
    content: str
    state: str = "QUEUED"
    code: str = ""


class SmsPlatform:
    """The server and all that it was asked; read its lists from any thread."""

    def __init__(
        self,
        *,
        port: int = 0,
        push_url: str = "",
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        """`push_url`: where receipts and replies are pushed; "" leaves them to be asked for."""
        self.plan = Plan()
        self.push_url = push_url
        self.tasks: list[Task] = []
        self.requests: list[Request] = []
        self.posted: list[Posted] = []
        self._receipts: list[dict[str, str]] = []
        self._replies: list[dict[str, str]] = []
        self._said = 0
        self._now = now
        self._alive = 0
        self._changed = threading.Condition()
        self._caller: Caller | None = None
        self._server = LoopbackServer(self._handle, port=port)
        self._server.closing.append(self._close)

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._server.url

    def start(self) -> Self:
        """Listen."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening; what it holds stays."""
        self._server.stop()

    def wait(self) -> None:
        """Until it is stopped."""
        self._server.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def behave(self, rule: Rule | Behaviour) -> None:
        """From now on."""
        self.plan.always(rule)

    def once(self, *behaviours: Behaviour) -> None:
        """The next sends, in turn."""
        self.plan.once(*behaviours)

    def settled(self, seconds: float = 10) -> bool:
        """Wait until every message has its last state and was told of."""
        with self._changed:
            return self._changed.wait_for(lambda: self._alive == 0, seconds)

    def reply(self, mobile: str, text: str) -> None:
        """A text from a phone comes in; `mobile` without the country's prefix."""
        self._said += 1
        item = {
            "replyId": f"R{self._said}",
            "mobile": mobile,
            "content": text,
            "time": self._time(),
        }
        if not self.push_url:
            self._replies.append(item)
            return
        self._count(1)
        work = self._push([item], PUSH_TOKEN)
        self._server.soon(lambda: self._server.spawn(self._whole(work)))

    def _handle(self, request: Request) -> Reply:
        self.requests.append(request)
        if request.headers.get("x-app-key") != KEY:
            return _code("1003", "key is wrong")
        match request.path:
            case "/api/v1/send":
                return self._send(request)
            case "/api/v1/query":
                asked = request.query.get("extId")
                return _code("0", "ok", [_shown(t) for t in self.tasks if t.attempt == asked])
            case "/api/v1/receipts":
                given, self._receipts = self._receipts, []
                return _code("0", "ok", given)
            case "/api/v1/replies":
                said, self._replies = self._replies, []
                return _code("0", "ok", said)
        return Reply(404, b"not found", content_type="text/plain")

    def _send(self, request: Request) -> Reply:
        try:
            form = json.loads(request.body)
            mobile, content = str(form["mobile"]), str(form["content"])
        except (ValueError, KeyError, TypeError):
            return _code("1000", "the request cannot be read")
        if not mobile.isdigit():
            return _code("1001", f"mobile {mobile} is wrong")
        if not content or len(content) > _MOST_TEXT:
            return _code("1002", "content is empty or too long")
        behaviour = self.plan.take(mobile)
        if behaviour.answer not in _HELD:
            return _refusal(behaviour)
        task = Task(f"T{len(self.tasks) + 1}", str(form.get("extId", "")), mobile, content)
        self.tasks.append(task)
        self._count(1)

        def begin() -> None:
            self._server.spawn(self._whole(self._live(task, behaviour)))

        lost = behaviour.answer is Answer.LOST
        broken = behaviour.answer is Answer.BROKEN_AFTER
        body = b"broken" if broken else _code("0", "ok", {"taskId": task.id}).body
        return Reply(500 if broken else 200, body, delay=behaviour.latency, drop=lost, then=begin)

    async def _live(self, task: Task, behaviour: Behaviour) -> None:
        for state in dict.fromkeys(("sent", behaviour.final)):
            await asyncio.sleep(behaviour.step)
            task.state = _WORDS.get(state, state)
            task.code = str(behaviour.error or "") if state == behaviour.final else ""
            item = {**_shown(task), "time": self._time()}
            if not self.push_url:
                self._receipts.append(item)
            elif behaviour.callbacks is not Callbacks.NONE:
                forged = behaviour.callbacks is Callbacks.FORGED
                for _ in range(2 if behaviour.callbacks is Callbacks.DOUBLED else 1):
                    await self._push([item], "guessed" if forged else PUSH_TOKEN)

    async def _push(self, items: list[dict[str, str]], token: str) -> None:
        if self._caller is None:
            self._caller = Caller()
        headers = {"Content-Type": "application/json", "X-Token": token}
        body = json.dumps({"items": items}, ensure_ascii=False).encode()
        self.posted.append(await self._caller.post(self.push_url, headers, body))

    async def _whole(self, life: Any) -> None:  # noqa: ANN401  any coroutine
        try:
            await life
        finally:
            self._count(-1)

    def _count(self, step: int) -> None:
        with self._changed:
            self._alive += step
            self._changed.notify_all()

    def _close(self) -> None:
        if self._caller is not None:
            self._caller.close()
            self._caller = None

    def _time(self) -> str:
        return self._now().astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _shown(task: Task) -> dict[str, str]:
    return {
        "taskId": task.id,
        "extId": task.attempt,
        "mobile": task.mobile,
        "status": task.state,
        "errCode": task.code,
    }


def _code(code: str, words: str, data: object = None) -> Reply:
    """HTTP 200 for everything; the code tells."""
    form = {"code": code, "msg": words, "data": data}
    return Reply(200, json.dumps(form, ensure_ascii=False).encode())


def _refusal(behaviour: Behaviour) -> Reply:
    """What was not taken."""
    match behaviour.answer:
        case Answer.THROTTLED:
            waits = (("Retry-After", behaviour.retry_after),)
            return Reply(429, b"{}", headers=waits, delay=behaviour.latency)
        case Answer.BROKEN:
            return Reply(500, b"broken", content_type="text/plain", delay=behaviour.latency)
        case Answer.REFUSED:
            return _code(str(behaviour.error or 1002), "refused")
        case _:
            return Reply(drop=True, delay=behaviour.latency)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A stand-in for an SMS platform on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=8789)
    parser.add_argument("--push-url", default="", help="where receipts and replies are pushed")
    given = parser.parse_args(arguments)
    with SmsPlatform(port=given.port, push_url=given.push_url) as platform:
        sys.stdout.write(f"url = {platform.url}  key {KEY}\n")
        sys.stdout.flush()
        try:
            platform.wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
