"""The configuration of an http gateway for the stand-in's SMS platform, as an example of one."""

from __future__ import annotations

from typing import Any


def gateway_settings(url: str, *, push: bool = False) -> dict[str, Any]:
    """[gateway.settings] of an http gateway for this platform; the secrets are named by kind."""
    fields = {"attempt": "extId", "id": "taskId", "state": "status", "code": "errCode"}
    said = {"id": "replyId", "number": "mobile", "text": "content", "time": "time"}
    good = {"path": "code", "values": ["0"]}
    known = {"headers": {"X-App-Key": "{secret:key}"}, "success": good}

    def asked(path: str, method: str = "POST") -> dict[str, Any]:
        return {**known, "url": f"{url}/api/v1/{path}", "method": method}

    settings: dict[str, Any] = {
        "secrets": {"key": "env:PLATFORM_KEY"},
        "send": {
            **asked("send"),
            "json": {"mobile": "{national}", "content": "{text}", "extId": "{attempt}"},
            "id": "data.taskId",
            "words": "msg",
        },
        "ask": {**asked("query?extId={attempt}", "GET"), "read": {"items": "data", **fields}},
        "states": {
            "QUEUED": "accepted",
            "ACCEPTD": "sent",
            "DELIVRD": "delivered",
            "UNDELIV": "undelivered",
            "REJECTD": "failed",
        },
        "codes": {
            "1001": {"kind": "final", "blame": "number", "sentence": "The number is wrong."},
            "1002": {"kind": "final", "blame": "text", "sentence": "The text was refused."},
            "1003": {"kind": "final", "blame": "gateway", "sentence": "The key is wrong."},
            "1009": {"kind": "temporary", "sentence": "The platform is busy."},
        },
    }
    if push:
        settings["callback"] = {
            "header": "X-Token",
            "tokens": ["env:PLATFORM_PUSH"],
            "receipts": {"items": "items", **fields, "time": "time"},
            "replies": {"items": "items", **said},
            "answer": '{"result":0,"errmsg":"OK"}',
        }
    else:
        settings["receipts"] = {
            **asked("receipts"),
            "read": {"items": "data", **fields, "time": "time"},
        }
        settings["replies"] = {**asked("replies"), "read": {"items": "data", **said}}
    return settings
