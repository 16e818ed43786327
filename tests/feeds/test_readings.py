"""Readings over HTTP: mappings, times, values that are none, and rows in error."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core import observation
from fangxun.core.errors import ConfigFault, FeedFault
from fangxun.core.observation import Quality
from fangxun.core.place import Measure
from fangxun.feeds import readings, table
from fangxun.feeds.base import Failed, FeedSettings, Fresh, Memory, Unchanged
from tests.feeds.servers import Page, Site, dripping

NOW = datetime(2026, 7, 20, 3, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
USUAL = {"interval_minutes": "60", "zone": "Asia/Shanghai"}


def settings(url: str = "http://127.0.0.1/", **mapping: str) -> FeedSettings:
    return FeedSettings(
        "gauges",
        "readings",
        url=url,
        deadline=timedelta(seconds=5),
        mapping=tuple({**USUAL, **mapping}.items()),
    )


def read(body: str | bytes, now: datetime = NOW, **mapping: str) -> table.Table:
    data = body.encode() if isinstance(body, str) else body
    return table.read(data, table.shape(settings(**mapping)), now=now)


def test_a_table_over_http_becomes_readings(site: Site) -> None:
    site.pages["/g.csv"] = Page(b"gauge,time,value\nyx01,2026-07-20 11:00,12.5\n")
    polled = readings.build(settings(site.url + "/g.csv")).poll(Memory(), now=NOW)
    assert isinstance(polled, Fresh)
    (one,) = polled.readings
    assert (one.gauge, one.measure, one.value) == ("yx01", Measure.RAIN, 12.5)
    assert one.end == datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
    assert one.end - one.start == HOUR
    assert polled.complete


def test_304_and_the_same_bytes_are_unchanged(site: Site) -> None:
    body = b"gauge,time,value\nyx01,2026-07-20 11:00,1\n"
    site.pages["/g"] = Page(body, headers={"ETag": '"1"'})
    feed = readings.build(settings(site.url + "/g"))
    first = feed.poll(Memory(), now=NOW)
    assert isinstance(feed.poll(first.memory, now=NOW), Unchanged)
    site.pages["/g"] = Page(body)
    assert isinstance(feed.poll(first.memory, now=NOW), Unchanged)


@pytest.mark.parametrize(
    ("page", "says"),
    [(Page(status=502), "502"), (Page(b""), "empty"), (Page(b"a,b\n1,2\n"), "no column gauge"),
     (Page(b"<html>"), "no column gauge"), (Page(b"x" * 4_000_001), "more than"),
     (Page(b"gauge,time,value\nyx01,never,1\n"), "none of 1 rows")],
)  # fmt: skip
def test_what_cannot_be_read_is_a_failure_in_a_sentence(site: Site, page: Page, says: str) -> None:
    site.pages["/g"] = page
    polled = readings.build(settings(site.url + "/g")).poll(Memory(), now=NOW)
    assert isinstance(polled, Failed)
    assert says in polled.reason


def test_a_drip_is_given_up() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"x") as url:
        wanted = FeedSettings(
            "g", "readings", url=url, deadline=timedelta(seconds=0.2), mapping=tuple(USUAL.items())
        )
        assert isinstance(readings.build(wanted).poll(Memory(), now=NOW), Failed)


def test_rows_in_error_are_noted_with_their_line_and_lose_no_other() -> None:
    found = read(
        "gauge,time,value\nyx01,2026-07-20 10:00,1\n,2026-07-20 10:00,1\nyx02,later,1\n\n"
        'yx03,2026-07-20 10:00,wet\nyx04,2026-07-20 10:00,"1,5"\nyx05,2026-07-20 11:00,2\n'
    )
    assert [r.gauge for r in found.readings] == ["yx01", "yx05"]
    assert [note.partition(":")[0] for note in found.notes] == [
        "line 3", "line 4", "line 6", "line 7",
    ]  # fmt: skip


STRAY = """gauge,time,value,remark
yx01,2026-07-20 09:00,1,
yx02,2026-07-20 10:00,"2,
yx03,2026-07-20 10:00,99,
"yx04,2026-07-20 10:00,3,
yx05,2026-07-20 10:00,88,"so, so"
yx06,2026-07-20 10:00,4,"no end
yx07,2026-07-20 10:00,77,
"""


def test_a_stray_quote_costs_no_other_row() -> None:
    """In the table of a storm it must not swallow what follows it."""
    found = read(STRAY)
    good = {reading.gauge: reading.value for reading in found.readings}
    assert good.keys() >= {"yx01", "yx03", "yx05", "yx07"}
    assert (good["yx03"], good["yx05"], good["yx07"]) == (99, 88, 77)
    assert {note.partition(":")[0] for note in found.notes} <= {"line 3", "line 5", "line 7"}


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_office_ends_them(ends: str) -> None:
    rows = ["gauge,time,value", "yx01,2026-07-20 10:00,1", "yx02,2026-07-20 10:00,2", ""]
    assert [r.value for r in read(ends.join(rows)).readings] == [1.0, 2.0]


def test_a_heading_may_go_over_two_lines() -> None:
    found = read('gauge,time,"rain\n(mm)"\nyx01,2026-07-20 10:00,1\n', value="rain\n(mm)")
    assert [r.value for r in found.readings] == [1.0]


def test_a_cell_of_a_hundred_thousand_characters_costs_its_row() -> None:
    huge = "9" * 140_000
    found = read(
        f"gauge,time,value\nyx01,2026-07-20 10:00,1\nyx02,2026-07-20 10:00,{huge}\n"
        "yx03,2026-07-20 10:00,3\n"
    )
    assert [r.gauge for r in found.readings] == ["yx01", "yx03"]
    assert found.notes[0].startswith("line 3: no CSV")


def test_a_number_of_thousands_of_digits_costs_its_row() -> None:
    body = (
        '[{"gauge": "yx01", "time": "2026-07-20 10:00", "value": 1},'
        f'{{"gauge": "yx02", "time": "2026-07-20 10:00", "value": {"9" * 5000}}}]'
    )
    found = read(body, format="json")
    assert [r.gauge for r in found.readings] == ["yx01"]
    assert found.faults == 1


def test_a_time_without_zone_is_a_fault_where_the_mapping_names_none() -> None:
    with pytest.raises(FeedFault, match="set zone"):
        read("gauge,time,value\nyx01,2026-07-20 10:00,1\n", zone="")
    zoned = read("gauge,time,value\nyx01,2026-07-20T10:00+08:00,1\n", zone="")
    assert zoned.readings[0].end == datetime(2026, 7, 20, 2, 0, tzinfo=UTC)


def test_a_time_with_a_zone_of_its_own_wins_over_the_mappings() -> None:
    found = read("gauge,time,value\nyx01,2026-07-20T02:00Z,1\n")
    assert found.readings[0].end == datetime(2026, 7, 20, 2, 0, tzinfo=UTC)


def test_a_time_may_be_the_start_of_its_interval() -> None:
    found = read("gauge,time,value\nyx01,2026-07-20T02:00Z,1\n", time_is="start")
    assert found.readings[0].start == datetime(2026, 7, 20, 2, 0, tzinfo=UTC)


def test_midnight_may_be_written_as_24_hours() -> None:
    found = read("gauge,time,value\nyx01,2026-07-19 24:00,1\n")
    assert found.readings[0].end == datetime(2026, 7, 19, 16, 0, tzinfo=UTC)


@pytest.mark.parametrize("written", ["", "-", "M", "NaN", "缺测", "-77", "-77.0"])
def test_no_value_is_missing_and_never_zero(written: str) -> None:
    found = read(f"gauge,time,value\nyx01,2026-07-20 10:00,{written}\n", missing="-77, dead")
    assert found.readings[0].value is None
    checked = observation.check(found.readings[0], [])
    assert checked.quality is Quality.MISSING


@pytest.mark.parametrize("sentinel", ["-9999", "-8888", "-999.9", "-999999"])
def test_common_sentinels_become_missing_when_checked(sentinel: str) -> None:
    found = read(f"gauge,time,value\nyx01,2026-07-20 10:00,{sentinel}\n")
    assert observation.check(found.readings[0], []).quality is Quality.MISSING


def test_a_factor_changes_the_unit() -> None:
    found = read("gauge,time,value\nyx01,2026-07-20 10:00,1.5\n", factor="10")
    assert found.readings[0].value == 15.0


def test_measure_and_interval_may_stand_in_columns() -> None:
    found = read(
        "站号,时间,值,要素,分钟\nyx09,2026-07-20 10:00,118.2,水位,60\n"
        "yx07,2026-07-20 10:00,3,雨量,10\nyx01,2026-07-20 10:00,3,风,10\n",
        gauge="站号", time="时间", value="值", measure="要素", interval_minutes="分钟",
    )  # fmt: skip
    stage, rain = found.readings
    assert (stage.measure, stage.start) == (Measure.STAGE, stage.end)
    assert rain.end - rain.start == timedelta(minutes=10)
    assert "no measure" in found.notes[0]


def test_stage_needs_no_interval() -> None:
    found = read(
        "time,value\n2026-07-20 10:00,118.2\n",
        measure="stage", gauge_id="yx09", interval_minutes="",
    )  # fmt: skip
    assert found.readings[0].gauge == "yx09"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_office_encodings_are_read_without_being_named(encoding: str) -> None:
    body = "站号,time,value\n云溪01,2026-07-20 10:00,1\n".encode(encoding)
    assert read(body, gauge="站号").readings[0].gauge == "云溪01"


def test_json_lists_are_found_by_path_and_cells_by_dotted_names() -> None:
    body = json.dumps(
        {"d": [{"list": [{"s": {"id": "yx01"}, "t": "2026-07-20T02:00Z", "v": [1.5, 2]},
                         {"s": None, "t": 1784512800, "v": [1]}, 5,
                         {"s": {"id": "yx02"}, "t": 1784512800, "v": [None]}]}]}
    )  # fmt: skip
    found = read(body, format="json", list="d.0.list", gauge="s.id", time="t", value="v.0")
    assert [(r.gauge, r.value) for r in found.readings] == [("yx01", 1.5), ("yx02", None)]
    assert [note.partition(":")[0] for note in found.notes] == ["row 2", "row 3"]


@pytest.mark.parametrize("body", ["", "{", '{"a": 1}', "[" * 100_000, "3"])
def test_json_that_is_no_list_is_a_fault(body: str) -> None:
    with pytest.raises(FeedFault):
        read(body, format="json", list="a")


def test_history_is_left_out_and_only_history_is_said() -> None:
    rows = "gauge,time,value\nyx01,2026-07-20 10:00,1\nyx01,2026-07-01 10:00,2\n"
    found = read(rows)
    assert ([r.value for r in found.readings], found.notes) == ([1.0], ())
    late = read(rows, now=NOW + timedelta(days=365))
    assert late.stopped == "all 2 rows are older than 7 days"


def test_a_table_of_history_alone_is_a_fault_of_the_feed(site: Site) -> None:
    site.pages["/g"] = Page(b"gauge,time,value\nyx01,2026-07-01 11:00,12.5\n")
    polled = readings.build(settings(site.url + "/g")).poll(Memory(), now=NOW)
    assert isinstance(polled, Fresh)
    assert polled.fault == "all 1 rows are older than 7 days"


def test_the_number_of_rows_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table.rows, "MOST_ROWS", 3)
    found = read("gauge,time,value\n" + "yx01,2026-07-20 10:00,1\n" * 9)
    assert len(found.readings) == 3
    assert "only the first 3 rows" in found.notes[0]


@pytest.mark.parametrize(
    ("key", "value"),
    [("format", "xls"), ("zone", "Mars"), ("time_is", "middle"), ("interval_minutes", "0"),
     ("interval_minutes", ""), ("factor", "ten"), ("encoding", "klingon"), ("colour", "red")],
)  # fmt: skip
def test_a_wrong_mapping_is_named(key: str, value: str) -> None:
    with pytest.raises(ConfigFault, match=f"mapping.{key}"):
        readings.build(settings(**{key: value}))


@given(st.binary(max_size=200))
def test_no_bytes_make_it_crash(body: bytes) -> None:
    for kind in ("csv", "json"):
        try:
            read(b"gauge,time,value\n" * (kind == "csv") + body, format=kind)
        except FeedFault:
            continue


def test_the_real_hourly_storm_is_read(shared: Callable[[str], Path]) -> None:
    body = shared("samples/gauges/rain_jma_2023_events.csv").read_bytes()
    found = read(
        body,
        datetime(2023, 8, 14, 12, tzinfo=UTC),
        gauge="amdno", time="obs_hour_jst_end", value="precip1h_mm", zone="Asia/Tokyo",
    )  # fmt: skip
    omoto = [r for r in found.readings if r.gauge == "33336" and (r.value or 0) > 100]
    assert omoto[0].value == 123.5
    assert found.faults == 0


def test_the_real_json_with_a_spike_keeps_it_and_checking_flags_it(
    shared: Callable[[str], Path],
) -> None:
    body = shared("samples/gauges/ea_floodapp_spikeTelem.json").read_bytes()
    found = read(
        body,
        datetime(2020, 10, 13, 16, 5, tzinfo=UTC),
        format="json", gauge_id="g", time="ts", value="_", measure="stage", interval_minutes="",
    )  # fmt: skip
    checked = [observation.check(reading, found.readings) for reading in found.readings]
    (spike,) = [reading for reading in checked if reading.quality is not Quality.GOOD]
    assert (spike.value, spike.suspicion) == (1000, observation.Suspicion.JUMP)
