"""A table of hourly rain -> tenths of millimetres on a grid of stations and hours."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fangxun.core.errors import N_, FaultyInput

MISSING = -1
"""In the grid: no reading, or one without a value."""

HEADER = b"obs_hour_jst_end,amdno,precip1h_mm"
_PART = 1 << 24
"""Bytes parsed at once: bounds the memory, not what can be read."""
_HOUR, _STATION = 13, 5
"""Width of "2023-07-13T14" and of a station number."""
_PREFIX = _HOUR + 1 + _STATION + 1

Bytes = npt.NDArray[np.uint8]
Tenths = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Hours:
    """`tenths[station, hour]`: rain in tenths of a millimetre of the hour that ends then, or
    MISSING. The hours follow each other without a break; `first` is the end of the first, in the
    table's own zone."""

    stations: tuple[int, ...]
    first: np.datetime64
    tenths: Tenths


def load(path: Path) -> Hours:
    """Read a CSV (plain or .gz) with the columns obs_hour_jst_end, amdno, precip1h_mm: the end of
    an hour as "2023-07-13T14", a station number of five digits, mm with one decimal. An empty value
    and a line that is not there are both missing."""
    parts: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Tenths]] = []
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        if file.readline().strip() != HEADER:
            raise FaultyInput(
                N_("{path}: the first line is not {header}"), path=path, header=HEADER.decode()
            )
        line = 2
        for part in _parts(file):
            parsed = _parse(part)
            if parsed is None:
                raise FaultyInput(
                    N_("{path}:{line}: not hour,station,mm with one decimal, or nothing for mm"),
                    path=path,
                    line=line + _first_bad(part),
                )
            parts.append(parsed)
            line += part.count(b"\n")
    if not parts:
        raise FaultyInput(N_("{path}: there is no reading in it"), path=path)
    hour, station, tenths = (np.concatenate(column) for column in zip(*parts, strict=True))
    stations, row = np.unique(station, return_inverse=True)
    first = int(hour.min())
    grid = np.full((len(stations), int(hour.max()) - first + 1), MISSING, np.int32)
    grid[row, hour - first] = tenths
    return Hours(tuple(stations.tolist()), np.datetime64(first, "h"), grid)


def _parts(file: gzip.GzipFile | BufferedReader) -> Iterator[bytes]:
    """Whole lines, some megabytes at a time."""
    rest = b""
    while part := file.read(_PART):
        lines, newline, rest = (rest + part).rpartition(b"\n")
        if newline:
            yield lines + newline
    if rest.strip():
        yield rest + b"\n"


_LINE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d,\d{5},(\d{1,4}\.\d)?\r?")
_WIDEST = len("1234.5")


def _first_bad(part: bytes) -> int:
    """How many lines of a part stand before the first malformed one."""
    good = (_LINE.fullmatch(line) is not None for line in part.split(b"\n"))
    return next((number for number, fits in enumerate(good) if not fits), 0)


def _parse(
    part: bytes,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Tenths] | None:
    """Hour since the epoch, station and tenths of each line; None where a line is malformed."""
    data = np.frombuffer(part.replace(b"\r\n", b"\n"), np.uint8)
    ends = np.flatnonzero(data == ord("\n"))
    starts = np.concatenate(([0], ends[:-1] + 1))
    if (ends - starts < _PREFIX).any():
        return None
    prefix = data[starts[:, None] + np.arange(_PREFIX)]
    digits = prefix - ord("0")
    numeric = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, *range(_HOUR + 1, _PREFIX - 1)]
    marks = prefix[:, [4, 7, 10, _HOUR, _PREFIX - 1]]
    if (digits[:, numeric] > 9).any() or (marks != np.frombuffer(b"--T,,", np.uint8)).any():  # noqa: PLR2004  a digit
        return None
    tenths = _tenths(data, starts + _PREFIX, ends)
    if tenths is None:
        return None
    years = _number(digits[:, 0:4]) - 1970
    months = (years * 12 + _number(digits[:, 5:7]) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + _number(digits[:, 8:10]) - 1
    hours = days * 24 + _number(digits[:, 11:13])
    return hours, _number(digits[:, _HOUR + 1 : _PREFIX - 1]), tenths


def _number(digits: Bytes) -> npt.NDArray[np.int64]:
    """Rows of digits as numbers."""
    total = np.zeros(len(digits), np.int64)
    for column in digits.T:
        total = total * 10 + column
    return total


def _tenths(
    data: Bytes, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> Tenths | None:
    """The values between two places of each line, all of the form 123.4, in tenths, without
    going through a float: right to left, one place of the number at a time."""
    length = ends - starts
    full = length > 0
    if (length[full] < len("0.0")).any() or (length > _WIDEST).any():
        return None
    if (data[ends[full] - 2] != ord(".")).any():
        return None
    total = np.zeros(len(starts), np.int32)
    for place, back in enumerate((1, *range(3, int(length.max(initial=0)) + 1))):
        here = length >= back
        digit = data[ends[here] - back] - ord("0")
        if (digit > 9).any():  # noqa: PLR2004  a digit
            return None
        total[here] += digit.astype(np.int32) * np.int32(10**place)
    total[~full] = MISSING
    return total
