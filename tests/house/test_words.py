"""Values that a screen translates are marked for the catalogue, each of them."""

from __future__ import annotations

import ast
import csv
from enum import StrEnum
from importlib import resources

import pytest

from fangxun.core.alarm import AlarmKind
from fangxun.core.assessment import Why
from fangxun.core.attempt import AttemptState
from fangxun.core.batching import Budgeted
from fangxun.core.escalation import Skip
from fangxun.core.exercise import ExerciseState
from fangxun.core.handover import HandoverState, MatterKind, MatterState
from fangxun.core.incident import Change, Hindrance, IncidentState
from fangxun.core.journal import Event, Tamper
from fangxun.core.level import Certainty, Hazard, Level
from fangxun.core.observation import Quality, Suspicion
from fangxun.core.page import Closing, How, PageState
from fangxun.core.place import Measure, SiteKind
from fangxun.core.plan import Channel, Contact, Group, Owed
from fangxun.core.rehearsal import Lack
from fangxun.core.report import Because, Outcome, Reached
from fangxun.core.roster import Source
from fangxun.core.roster.data import DayType, Role
from fangxun.core.spotcheck import CheckOutcome, CheckState, DrawState
from fangxun.core.warning import MessageType
from fangxun.district import ChangeKind
from fangxun.text import translator
from fangxun.text.words import TWILIO, WORDS
from tests.house import catalogue
from tests.house.sources import PACKAGE, modules, name, tree

SHOWN: tuple[type[StrEnum], ...] = (
    Level, Certainty, Why, IncidentState, Hindrance, PageState, Closing, How, Outcome, Because,
    Quality, Suspicion, Source, ChangeKind, Channel, AttemptState, AlarmKind, Skip, Tamper, Event,
    Hazard, Role, DayType, SiteKind, Measure, Group, Contact, Owed, Budgeted, MessageType, Change,
    ExerciseState, Reached, Lack, HandoverState, MatterKind, MatterState,
    CheckState, CheckOutcome, DrawState,
)  # fmt: skip
BY_ATTRIBUTE = {
    "level": {Level},
    "highest": {Level},
    "previous": {Level},
    "certainty": {Certainty},
    "channel": {Channel},
    "why": {Why, Because, Closing},
    "hazard": {Hazard},
    "state": {
        PageState,
        IncidentState,
        ExerciseState,
        HandoverState,
        MatterState,
        CheckState,
        DrawState,
    },
    "how": {How},
    "outcome": {Outcome, CheckOutcome},
    "quality": {Quality},
    "suspicion": {Suspicion},
    "source": {Source},
    "kind": {ChangeKind, AlarmKind, MatterKind},
    "event": {Event},
    "tamper": {Tamper},
    "lack": {Lack},
    "group": {Group},
}
"""What `_(….level.value)` on a screen can be a value of."""


def translated_values(module: ast.Module) -> set[str]:
    """The names before `.value` in each `_(….value)`."""
    found = set()
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_" and call.args:
            asked = call.args[0]
            if isinstance(asked, ast.Attribute) and asked.attr == "value":
                owner = asked.value
                found.add(owner.attr if isinstance(owner, ast.Attribute) else ast.unparse(owner))
    return found


@pytest.mark.parametrize("enum", SHOWN)
def test_every_member_is_marked(enum):
    """A new member gets a word, and a gone one loses it."""
    assert WORDS[enum.__name__] == tuple(member.value for member in enum if member.value)


def test_no_word_is_marked_for_an_enum_that_is_not_shown():
    assert WORDS.keys() == {enum.__name__ for enum in SHOWN}


@pytest.mark.parametrize(
    "path",
    [p for p in modules() if p.is_relative_to(PACKAGE / "cli")],
    ids=name,
)
def test_a_screen_translates_only_values_that_are_marked(path):
    """A screen that shows another enum adds it to the words, to SHOWN and to BY_ATTRIBUTE."""
    assert translated_values(tree(path)) <= BY_ATTRIBUTE.keys()


def test_the_check_sees_what_is_translated():
    module = ast.parse("_(page.state.value); _(level.value); _('said'); _(text); f(x.other.value)")
    assert translated_values(module) == {"state", "level"}


def test_what_a_screen_translates_is_checked_member_by_member():
    assert set().union(*BY_ATTRIBUTE.values()) <= set(SHOWN)


def test_the_sentences_of_twilio_codes_are_marked():
    """They stand in a table of data, where no extractor finds them."""
    table = resources.files("fangxun.gateways.twilio").joinpath("errors.csv").read_text("utf-8")
    assert list(TWILIO) == list(
        dict.fromkeys(row["sentence"] for row in csv.DictReader(table.splitlines()))
    )


def test_no_marked_sentence_escapes_the_extractor():
    """Babel does not look into f-strings on every Python; what is said there is in IN_FIELDS."""
    found = catalogue.sentences()
    lost = {
        (name(path), call.lineno, call.args[0].value)
        for path in modules()
        for call in ast.walk(tree(path))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", "") in catalogue.KEYWORDS
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value not in found
    }
    assert not lost


def test_a_value_reads_as_chinese():
    """The way that the terminal takes: `_(level.value)`."""
    assert translator("zh_CN")(Level.RED.value) == "红色"
    assert translator("en")(Level.RED.value) == "red"
