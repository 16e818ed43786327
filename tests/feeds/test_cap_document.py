"""One CAP document in, one bulletin out, whatever the document is like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fangxun.core.errors import FeedFault
from fangxun.core.level import Hazard, Level
from fangxun.core.warning import MessageType, Reference, Status, in_force
from fangxun.feeds.cap import index, words, xml
from fangxun.feeds.cap.document import Context, bulletin
from tests.feeds.caps import AREA, alert, info, read

Shared = Callable[[str], Path]


def test_a_rainstorm_warning_in_cmas_shape() -> None:
    found = read(alert())
    assert found.hazard is Hazard.RAIN
    assert found.level is Level.ORANGE
    assert found.sent == datetime(2026, 7, 20, 0, 0, tzinfo=UTC)
    assert found.expires == datetime(2026, 7, 20, 12, 0, tzinfo=UTC)
    assert found.targets[0].codes == ("999901000000",)
    assert found.message_type is MessageType.ALERT
    assert not found.all_clear
    assert found.flags == ()


def test_the_name_of_the_sender_is_a_person_and_is_not_kept() -> None:
    assert "某某某" not in repr(read(alert()))


def test_the_districts_language_is_preferred_in_whatever_order() -> None:
    body = alert(info(language="en-US", event="rainstorm", headline="Orange signal"), info())
    assert read(body, "zh_CN").event == "暴雨"
    assert read(body, "en").event == "rainstorm"
    assert read(body, "fr").event == "rainstorm"


def test_urgency_and_certainty_unknown_filter_nothing() -> None:
    """CMA always writes Unknown."""
    assert read(alert()).level is Level.ORANGE


@pytest.mark.parametrize(
    ("severity", "level"),
    [("Minor", Level.BLUE), ("Moderate", Level.YELLOW), ("Severe", Level.ORANGE),
     ("Extreme", Level.RED), ("extreme", Level.RED), ("Unknown", Level.UNKNOWN),
     ("", Level.UNKNOWN)],
)  # fmt: skip
def test_severity_gives_the_level_where_no_colour_is_written(severity: str, level: Level) -> None:
    found = read(alert(info(severity=severity, headline="暴雨预警")))
    assert found.level is level
    assert ("no-level" in found.flags) is (level is Level.UNKNOWN)


def test_a_colour_in_the_headline_wins_over_severity_and_says_so() -> None:
    found = read(alert(info(severity="Minor", headline="发布暴雨红色预警信号")))
    assert found.level is Level.RED
    assert "colour-differs" in found.flags


@pytest.mark.parametrize(
    ("headline", "level"),
    [
        ("将暴雨橙色预警信号升级为暴雨红色预警信号", Level.RED),
        ("将暴雨红色预警信号降级为暴雨蓝色预警信号", Level.BLUE),
        ("變更發布暴雨紅色預警", Level.RED),
        ("issues a red warning signal for rainstorm", Level.RED),
        ("Amber Rainstorm Warning Signal", Level.ORANGE),
        ("Yellow flood warning", Level.YELLOW),
        ("Flood Warning for the Red River in Orange County", None),
        ("黄河流域洪水预警", None),
        ("Red Flag Warning", None),
    ],
)
def test_the_colour_that_a_headline_means(headline: str, level: Level | None) -> None:
    assert words.colour(headline) is level


@pytest.mark.parametrize(
    ("event", "hazard"),
    [
        ("暴雨", Hazard.RAIN), ("Rain/Wet Spell", Hazard.RAIN), ("Heavy Rainstorm", Hazard.RAIN),
        ("洪水", Hazard.FLOOD), ("Flood Warning", Hazard.FLOOD),
        ("山洪灾害气象风险", Hazard.FLASH_FLOOD), ("Flash Flood Watch", Hazard.FLASH_FLOOD),
        ("地质灾害气象风险", Hazard.GEOLOGICAL), ("Landslide", Hazard.GEOLOGICAL),
        ("台风", Hazard.TYPHOON), ("Hurricane Watch", Hazard.TYPHOON),
        ("高温", Hazard.OTHER), ("大风", Hazard.OTHER), ("雷雨大风", Hazard.OTHER),
        ("Thunderstorms", Hazard.OTHER), ("Train strike", Hazard.OTHER),
        ("Freezing rain", Hazard.OTHER), ("沙尘暴", Hazard.OTHER),
    ],
)  # fmt: skip
def test_the_hazard_comes_from_the_event(event: str, hazard: Hazard) -> None:
    assert read(alert(info(event=event, headline="预警"))).hazard is hazard


def test_a_general_event_takes_its_hazard_from_the_headline() -> None:
    found = read(alert(info(event="气象灾害", headline="发布暴雨蓝色预警信号")))
    assert found.hazard is Hazard.RAIN


# --- the all-clear, in each of its forms -------------------------------------------------


def test_a_cancel_is_an_all_clear_whatever_severity_it_keeps() -> None:
    found = read(alert(info(severity="Extreme"), kind="Cancel"))
    assert found.all_clear
    assert found.message_type is MessageType.CANCEL


def test_an_update_with_response_all_clear_is_one() -> None:
    more = "<responseType>AllClear</responseType>"
    assert read(alert(info(more=more), kind="Update")).all_clear


def test_an_update_with_urgency_past_is_one_and_an_alert_is_not() -> None:
    past = info().replace("<urgency>Unknown", "<urgency>Past")
    assert read(alert(past, kind="Update")).all_clear
    assert not read(alert(past, kind="Alert")).all_clear


def _status(value: str) -> str:
    return (
        "<parameter><valueName>layer:EC-MSC-SMC:1.0:Alert_Location_Status</valueName>"
        f"<value>{value}</value></parameter>"
    )


def test_areas_that_have_ended_drop_out_and_all_of_them_are_an_all_clear() -> None:
    other = AREA.replace("999901000000", "999902000000")
    ended, active = info(more=_status("ended"), area=other), info(more=_status("active"))
    found = read(alert(ended, active, kind="Update"))
    assert not found.all_clear
    assert [target.codes for target in found.targets] == [("999901000000",)]
    assert read(alert(ended, kind="Update")).all_clear


def test_expiring_no_later_than_it_begins_is_one() -> None:
    assert read(alert(info(expires="2026-07-20T08:00:00+08:00"))).all_clear
    assert not read(alert(info(expires="2026-07-20T08:00:01+08:00"))).all_clear


@pytest.mark.parametrize(
    ("headline", "ended"),
    [
        ("云溪区气象台解除暴雨橙色预警信号", True),
        ("云溪区气象台发布解除暴雨橙色预警信号的通知", True),
        ("暴雨橙色预警信号已解除", True),
        ("解除暴雨橙色预警信号，同时发布暴雨红色预警信号", False),
        ("暴雨橙色预警信号尚未解除", False),
        ("云溪区气象台继续发布暴雨红色预警信号", False),
        ("Rainstorm warning cancelled", True),
        ("The flood warning has been lifted", True),
        ("Observatory cancels the blue rainstorm warning signal", True),
        ("ENDED: flood watch", True),
        ("Red rainstorm warning: all classes cancelled", False),
        ("Flood warning cancelled and replaced by a flood emergency", False),
        ("Flood warning extended until noon", False),
        ("Flood Watch issued August 30 expiring August 31", False),
    ],
)
def test_the_words_of_a_headline_end_a_warning(headline: str, ended: bool) -> None:
    assert words.says_ended(headline) is ended


# --- references, dates, identity ---------------------------------------------------------


def test_a_reference_is_sender_and_identifier_whatever_time_it_carries() -> None:
    """CMA writes the new message's own time."""
    found = read(alert(references="Yunxi_Observatory,old,2026-07-20T08:00:00+08:00"))
    assert found.references == (Reference("Yunxi_Observatory", "old"),)


def test_a_reference_to_itself_is_ignored() -> None:
    found = read(alert(identifier="me", references="Yunxi_Observatory,me,2026-07-20T08:00:00Z"))
    assert found.references == ()
    assert "self-reference" in found.flags


def test_several_references_and_damaged_ones() -> None:
    found = read(alert(references="a,1,2026-07-20T08:00:00Z junk  b,2,x a,1,y"))
    assert found.references == (Reference("a", "1"), Reference("b", "2"))
    assert "bad-references" in found.flags


def test_a_missing_or_empty_expiry_is_unknown() -> None:
    assert read(alert(info(expires=""))).expires is None
    empty = info().replace("2026-07-20T20:00:00+08:00", "")
    assert read(alert(empty)).expires is None


def test_dates_that_cannot_be_read_are_kept_as_unknown() -> None:
    found = read(alert(info(expires="tomorrow"), sent="2026-07-20T08:00:00"))
    assert found.expires is None
    assert found.sent is None
    assert "bad-date" in found.flags
    zoned = read(alert(sent="2026-07-20T08:00:00"), zone=ZoneInfo("Asia/Shanghai"))
    assert zoned.sent == datetime(2026, 7, 20, 0, 0, tzinfo=UTC)
    assert "naive-date" in zoned.flags


def test_a_message_without_identifier_sender_or_info_is_still_a_message() -> None:
    found = read(b"<alert><sent>2026-07-20T08:00:00Z</sent><msgType>Alert</msgType></alert>")
    assert found.identifier.startswith("sha256:")
    assert {"no-identifier", "no-sender", "no-info", "no-status"} <= set(found.flags)


@pytest.mark.parametrize(
    ("written", "status"),
    [("Actual", Status.ACTUAL), ("exercise", Status.EXERCISE), ("Test", Status.TEST),
     ("Draft", Status.DRAFT), ("System", Status.SYSTEM), ("Practice", Status.TEST)],
)  # fmt: skip
def test_the_status_is_read(written: str, status: Status) -> None:
    assert read(alert(status=written)).status is status


# --- documents of all kinds --------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "GB2312", "GBK", "gb18030"])
def test_the_parser_gets_bytes_in_any_encoding(encoding: str) -> None:
    assert read(alert(encoding=encoding)).event == "暴雨"


def test_latin_1_is_read_as_such() -> None:
    body = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><alert><info><event>Crue éclair</event></info>'
        "</alert>"
    ).encode("ISO-8859-1")
    assert read(body).event == "Crue éclair"


def test_cap_1_1_prefixes_and_the_wrong_order_of_elements() -> None:
    body = b"""<c:alert xmlns:c="urn:oasis:names:tc:emergency:cap:1.1"><c:info><c:area>
    <c:circle>29.1,125.2 10</c:circle><c:areaDesc>x</c:areaDesc></c:area>
    <c:severity>Severe</c:severity><c:event>Flood</c:event></c:info><c:msgType>Alert</c:msgType>
    <c:status>Actual</c:status><c:sender>s</c:sender><c:identifier>i</c:identifier></c:alert>"""
    found = read(body)
    assert (found.sender, found.identifier, found.level) == ("s", "i", Level.ORANGE)
    assert found.targets[0].circles == ((29.1, 125.2, 10.0),)


def test_entity_bombs_and_dtds_are_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><alert><note>&b;</note></alert>'
    for body in (bomb, b'<!DOCTYPE alert SYSTEM "http://127.0.0.1/x.dtd"><alert/>'):
        with pytest.raises(FeedFault, match="refused"):
            xml.parse(body)


def test_depth_and_number_of_elements_are_bounded() -> None:
    with pytest.raises(FeedFault, match="deeper"):
        xml.parse(b"<a>" * 5000 + b"</a>" * 5000)
    with pytest.raises(FeedFault, match="elements"):
        xml.parse(b"<a>" + b"<b/>" * 200_001 + b"</a>")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b" \n", "is empty"), (b"<a>\n<b>", "at line 2, column 4"), (b"{}", "at line 1, column 1"),
        (b"<html><p>Sign in</html>", "at line 1, column 19"), (b"\xff\xfe\x00", "at line 1"),
    ],
)  # fmt: skip
def test_what_is_no_xml_is_said_with_the_place_where_it_breaks_off(body: bytes, said: str) -> None:
    """In a sentence of ours: the parser's own words are English alone."""
    with pytest.raises(FeedFault, match=said):
        xml.parse(body)


def test_a_web_page_is_not_taken_for_a_feed() -> None:
    with pytest.raises(FeedFault, match="<html>"):
        index.read(xml.parse(b"<html><body/></html>"), "")


@given(st.integers(0, 900), st.integers(1, 30), st.binary(max_size=8))
def test_damage_anywhere_is_a_fault_or_a_bulletin_never_a_crash(
    at: int, length: int, other: bytes
) -> None:
    whole = alert()
    try:
        root = xml.parse(whole[:at] + other + whole[at + length :])
        for element in index.read(root, "http://127.0.0.1/").alerts:
            assert bulletin(element, Context("cma", "zh_CN")).identifier
    except FeedFault:
        pass


# --- real samples ------------------------------------------------------------------------


def test_the_real_heat_warning_of_cma_is_shown_and_pages_nobody(shared: Shared) -> None:
    found = read(shared("samples/cap/cma_cap_multilang_penglai_20260801.xml").read_bytes())
    assert found.hazard is Hazard.OTHER
    assert found.level is Level.RED
    assert found.message_type is MessageType.UPDATE
    assert found.references[0].identifier == "37061441600000_20260727120039"
    assert found.targets[0].codes == ("370614000000",)
    assert in_force([found], {}, now=datetime(2026, 8, 1, 6, tzinfo=UTC)) == ()


def test_real_documents_are_read_and_the_hostile_one_is_refused(shared: Shared) -> None:
    folder = shared("samples/cap")
    read_ones = {
        path.name: read(path.read_bytes())
        for path in folder.iterdir()
        if path.suffix in {".cap", ".xml"} and path.name != "goog_xee.cap"
    }
    assert len(read_ones) >= 8
    assert read_ones["goog_canada.cap"].all_clear
    assert "Usulután" in read_ones["goog_earthquake-iso8859-1.cap"].headline
    assert read_ones["goog_weather.cap"].hazard is Hazard.FLASH_FLOOD
    assert read_ones["wmo_tg_valid.xml"].hazard is Hazard.RAIN
    with pytest.raises(FeedFault, match="refused"):
        read((folder / "goog_xee.cap").read_bytes())
