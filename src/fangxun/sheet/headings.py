"""What an office calls the columns of its duty table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from fangxun.core.roster import DaySection, Post, Role
from fangxun.district import cells


class Kind(StrEnum):
    """What a column holds."""

    DATE = "date"
    WEEKDAY = "weekday"
    UNIT = "unit"
    SECTION = "section"
    """Which part of the day the line is about."""
    PHONE = "phone"
    TITLE = "title"
    NOTE = "note"
    PASSED = "passed"
    """A column for people's eyes: numbers, signatures, the changes that we mark ourselves."""
    POST = "post"


_EXACT = {
    Kind.DATE: ("日期", "值班日期", "值班时间", "时间", "日", "月日", "date", "day"),
    Kind.WEEKDAY: ("星期", "周", "星期几", "周几", "weekday"),
    Kind.UNIT: ("单位", "值班单位", "部门", "科室", "镇街", "乡镇", "unit"),
    Kind.SECTION: ("班次", "时段", "时间段", "班别", "section", "shift"),
    Kind.NOTE: ("备注", "说明", "note", "notes"),
    Kind.TITLE: ("职务", "职务职称", "title"),
    Kind.PASSED: (
        "序号", "编号", "no", "no.", "变更", "changed", "日期类型", "节假日", "值班地点", "地点",
        "值班室", "signature",
    ),
}  # fmt: skip
_HOLDS = (
    (Kind.PHONE, ("电话", "手机", "号码", "联系方式", "phone")),
    (Kind.PASSED, ("签名", "签字", "签到", "签收")),
    (Kind.TITLE, ("职务",)),
)
_ROLES = (
    (Role.LEADER, ("带班", "领导", "总值班", "值班长", "领班", "leader")),
    (Role.DEPUTY, ("副班", "副值", "协班", "副岗", "deputy")),
    (Role.STANDBY, ("备班", "备勤", "备岗", "待班", "standby")),
    (Role.DUTY_OFFICER, ("主班", "主值", "正班", "officer")),
)
_OFFICER = ("值班", "值守")
"""Said of the officer where nothing else is said: 值班领导 is no officer."""
_PARTS = {
    "day": ("白班", "日班", "白天", "昼", "day"),
    "night": ("夜班", "晚班", "夜间", "夜晚", "晚上", "夜", "night"),
    "morning": ("早班", "早"), "middle": ("中班",),
}  # fmt: skip
_SHORT = {"白": "day", "昼": "day", "晚": "night", "中": "middle"}
"""Parts of a day as a label within a cell may call them, where a heading never would."""
_LABEL = re.compile(
    "(?:^|(?<=[\\s,;、/|]))((?:{})+)(?:\\([^()]*\\))? ?:(?!\\d)".format(
        "|".join(
            sorted(
                {
                    *(word for _role, words in _ROLES for word in words), *_OFFICER,
                    *(word for words in _PARTS.values() for word in words), *_SHORT,
                    "人员", "员", "干部", "长", "主", "副", "班", "岗",
                },
                key=lambda word: -len(word),
            )
        )
    ),
    re.IGNORECASE,
)  # fmt: skip
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_AROUND = re.compile(r"[()\[\]{}:;,.。、*<>]")


@dataclass(frozen=True, slots=True)
class Heading:
    """`kind`, and for a post what stands there: its `words`, the `roles` that they name, likeliest
    first, and the `part` of the day ("" where they say none)."""

    kind: Kind
    words: str = ""
    roles: tuple[Role, ...] = ()
    part: str = ""


def heading(said: str) -> Heading | None:
    """What a heading names; None where we cannot tell."""
    plain = "".join(cells.plain(said).split()).casefold()
    bare = _AROUND.sub("", plain)
    for kind, words in _EXACT.items():
        if bare in words:
            return Heading(kind, plain)
    for kind, words in _HOLDS:
        if any(word in bare for word in words):
            return Heading(kind, plain)
    roles, part = _roles(bare), part_of_day(plain)
    if not roles and part:
        roles = (Role.DUTY_OFFICER,)
    return Heading(Kind.POST, plain, roles, part) if roles else None


def _roles(bare: str) -> tuple[Role, ...]:
    found = [role for role, words in _ROLES if any(word in bare for word in words)]
    if not found and any(word in bare for word in _OFFICER):
        found = [Role.DUTY_OFFICER]
    return tuple(found)


def part_of_day(said: str) -> str:
    """The first time in some words ("08:30"), else what they call the part ("night"), else ""."""
    plain = cells.plain(said)
    at = _TIME.search(plain)
    if at:
        return f"{int(at[1]):02}:{at[2]}"
    return next(
        (part for part, words in _PARTS.items() if any(word in plain for word in words)), ""
    )


def shifts_in(said: str) -> tuple[tuple[str, Heading, str], ...]:
    """The shifts that one cell names, as (its label, what that names, the people): 白:张三 夜:李四,
    带班:王五. () where it has no labels; what stands before the first is a shift with label ""."""
    plain = cells.plain(said)
    found = [(m, Heading(Kind.POST, m[1], _roles(m[1]), _part(m))) for m in _LABEL.finditer(plain)]
    if not found or not all(head.roles or head.part for _m, head in found):
        return ()
    ends = [*(m.start() for m, _head in found[1:]), len(plain)]
    shifts = [
        (m[1], head, plain[m.end() : end]) for (m, head), end in zip(found, ends, strict=True)
    ]
    before = plain[: found[0][0].start()].strip(" ,;、/|\n")
    first = [("", Heading(Kind.POST), before)] if before else []
    return (*first, *((label, head, who.strip(" ,;、/|\n")) for label, head, who in shifts))


def _part(label: re.Match[str]) -> str:
    return part_of_day(label[1]) or _SHORT.get(label[1], "") or part_of_day(label[0])


def section_of(post: Post, part: str) -> DaySection | None:
    """The section of a post that a part of the day means: by its name, by when it begins, or by
    day and night; None where it has no such."""
    for section in post.sections:
        if part in {section.name, f"{section.start:%H:%M}"}:
            return section
    if part == "day":
        fits = [one for one in post.sections if time(6) <= one.start < time(12)]
    elif part == "night":
        fits = [one for one in post.sections if one.start >= time(16)]
    else:
        fits = []
    return fits[0] if len(fits) == 1 and len(post.sections) > 1 else None
