"""What doctor says of people: a channel that delivers, and a way to confirm on it."""

from __future__ import annotations

import re

from tests.cli.conftest import Desk

RELAY = "cannot confirm: no reply, no link, no key comes back"


def call_too(desk: Desk) -> None:
    """The plan calls those who do not answer an SMS."""
    desk.edit(
        "district/plan.toml",
        '{ contact = "person", channel = "sms", number = 2, wait_seconds = 120 }',
        '{ contact = "person", channel = "voice", number = 1, wait_seconds = 120 }',
    )  # fmt: skip
    desk.run("roster", "apply", "district", "--yes", "--actor", "竹小满", "-r", "calls")


def test_nobody_is_said_to_confirm_by_a_link_that_may_not_stand_in_his_text(one_way: Desk) -> None:
    said = one_way.run("doctor", "--offline", code=1)
    assert re.search(rf"涧长鸣: is reached \(sms, twilio\) and {RELAY}", said)


def test_a_key_on_a_call_is_a_way_to_confirm(one_way: Desk) -> None:
    call_too(one_way)
    one_way.knows_the_holidays()
    said = one_way.run("doctor", "--offline")
    assert "√ everybody can be reached and can confirm" in said
    assert "What a raise would come to: fangxun plan rehearse" in said


def test_a_call_that_no_step_of_the_plan_places_confirms_nothing(one_way: Desk) -> None:
    assert RELAY in one_way.run("doctor", "--offline", code=1)


def test_a_key_that_cannot_come_back_is_no_way_to_confirm(one_way: Desk) -> None:
    """Without a public address a call wakes, and confirms nothing; it is named beside the text."""
    call_too(one_way)
    one_way.edit("fangxun.toml", 'public_base_url = "http://127.0.0.1:8787"', "")
    said = one_way.run("doctor", "--offline", code=1)
    assert f"is reached (sms, twilio; voice, twilio) and {RELAY}" in said


def test_whose_phone_takes_no_calls_cannot_confirm_by_one(one_way: Desk) -> None:
    """He alone is named."""
    call_too(one_way)
    opened = one_way.store()
    with opened.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE person_phone SET invalid_voice = 1 WHERE person = 'jian-changming'"
        )
    opened.close()
    said = one_way.run("doctor", "--offline", code=1)
    assert [line for line in said.splitlines() if RELAY in line and "涧长鸣" in line]
    assert said.count(RELAY) == 1


def test_whose_numbers_are_all_dead_is_reached_by_nothing(desk: Desk) -> None:
    opened = desk.store()
    with opened.write() as tx:
        tx.connection.exec_driver_sql(
            "UPDATE person_phone SET invalid = 1 WHERE person = 'jian-changming'"
        )
    opened.close()
    said = desk.run("doctor", "--offline", code=1)
    assert said.count("has no valid number that a gateway reaches by what the plan uses (sms)") == 1


def test_a_plan_that_no_gateway_carries_is_said_once(desk: Desk) -> None:
    desk.edit("fangxun.toml", 'kind = "twilio"', 'kind = "console"')
    path = desk.folder / "fangxun.toml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written[: written.index("[gateway.settings]")], encoding="utf-8")
    said = desk.run("doctor", "--offline", code=1)
    assert said.count("No gateway carries what the plan uses (sms).") == 1


def test_a_roster_is_checked_with_the_ways_to_those_who_stand(one_way: Desk) -> None:
    """One line for each of them, however often he stands."""
    said = one_way.run("roster", "check", code=1)
    assert len(re.findall("is reached and cannot confirm; the duty officer must relay", said)) > 1
    assert said.count("竹小满 stands on") == 1


def test_a_bound_of_the_district_is_what_a_roster_is_checked_by(desk: Desk) -> None:
    desk.edit("district/plan.toml", "hours_in_a_row = 72", "hours_in_a_row = 20")
    desk.run("roster", "apply", "district", "--yes", "--actor", "竹小满", "-r", "short watches")
    assert "stands 24 hours without a day off" in desk.run("roster", "check", code=1)
