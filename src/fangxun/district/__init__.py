"""Reads and checks a district folder; every fault with its file and line."""

from fangxun.district.changes import ChangeKind, DistrictChange, What, compare
from fangxun.district.examples import (
    example_path,
    template_path,
    write_example,
    write_template,
)
from fangxun.district.holidays import seed_holidays
from fangxun.district.read import Reading, read, read_with_warnings

__all__ = [
    "ChangeKind",
    "DistrictChange",
    "Reading",
    "What",
    "compare",
    "example_path",
    "read",
    "read_with_warnings",
    "seed_holidays",
    "template_path",
    "write_example",
    "write_template",
]
