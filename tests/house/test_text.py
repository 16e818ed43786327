"""Everything that a user reads exists in both languages."""

from __future__ import annotations

import ast
import gettext
import re
from importlib.util import find_spec
from pathlib import Path
from string import Formatter

import pytest

from fangxun import text
from fangxun.core.errors import DistrictFault, Fault, NotFound
from fangxun.text import click_strings, templates
from tests.house import catalogue

CHINESE = re.compile("[\u4e00-\u9fff]")

SAME_IN_CHINESE = {
    # "msgid": "why no Chinese character is in its translation"
    "{name}: {why}": "fields only, each said in Chinese",
    "{path}: {field}: {why}": "fields only: a file, a key of it, what its reader says",
    "{person}: {why}": "fields only, each said in Chinese",
}


@pytest.fixture(scope="module")
def sentences() -> dict[str, set[str]]:
    return catalogue.sentences()


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    return {
        str(message.id): str(message.string)
        for message in catalogue.read("zh_CN")
        if message.id and not message.fuzzy
    }


def fields(sentence: str) -> set[str]:
    """The names in a sentence's braces, without format or conversion."""
    return {name for _text, name, _format, _how in Formatter().parse(sentence) if name is not None}


def test_the_catalogue_is_in_step_with_the_sources():
    """`make text` would change nothing."""
    path = catalogue.po("zh_CN")
    assert path.read_bytes() == catalogue.text_of(catalogue.renewed("zh_CN")), "run: make text"


def test_what_ships_is_compiled_from_the_catalogue():
    """The .mo holds what the .po says."""
    shipped = catalogue.po("zh_CN").with_suffix(".mo").read_bytes()
    assert shipped == catalogue.compiled(catalogue.read("zh_CN")), "run: make text"


def test_each_sentence_is_said_in_chinese(sentences, chinese):
    """A translation that is missing, or holds no Chinese character, is a fault."""
    bare = {
        key: sorted(where)
        for key, where in sentences.items()
        if not CHINESE.search(chinese.get(key, "")) and key not in SAME_IN_CHINESE
    }
    assert not bare


def test_no_word_is_said_in_english_as_the_program_writes_it(sentences, monkeypatch):
    """ "page confirmed", not "page_confirmed"; nothing else loses an underscore."""
    monkeypatch.setattr(text, "_spoken", gettext.NullTranslations())
    said = {key: text._(key) for key in sentences}
    assert not [key for key in said if re.fullmatch(r"[a-z_]+", said[key]) and "_" in said[key]]
    assert text._("set {bind_to} in fangxun.toml") == "set {bind_to} in fangxun.toml"


def test_the_exceptions_are_still_needed(sentences, chinese):
    """An exception whose sentence is gone, or is said in Chinese after all, is taken off."""
    assert SAME_IN_CHINESE.keys() <= sentences.keys()
    assert not [key for key in SAME_IN_CHINESE if CHINESE.search(chinese.get(key, ""))]


def test_a_translation_has_the_fields_of_its_sentence(chinese):
    """A field that is lost would lose a number; one that is new would fail when it is said."""
    odd = {key: said for key, said in chinese.items() if said and fields(key) != fields(said)}
    assert not odd


def test_texts_to_send_exist_in_both_languages_with_the_same_fields():
    """The templates of SMS and calls."""
    assert templates.ZH.keys() == templates.EN.keys()
    odd = {k: (templates.ZH[k], templates.EN[k]) for k in templates.ZH
           if fields(templates.ZH[k]) != fields(templates.EN[k])}  # fmt: skip
    assert not odd
    only_fields = {key for key, said in templates.ZH.items() if not CHINESE.search(said)}
    assert not {key for key in only_fields if re.sub(r"\{[^}]*\}|\W", "", templates.ZH[key])}
    assert not [key for key, said in templates.EN.items() if CHINESE.search(said)]


def test_typer_asks_for_no_word_that_we_do_not_have():
    """A newer Typer may bring a new word of its own; then it is added to click_strings."""
    spec = find_spec("typer")
    assert spec is not None
    assert spec.origin is not None
    module = ast.parse((Path(spec.origin).parent / "core.py").read_text("utf-8"))
    asked = {
        node.args[0].value
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "_"
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked == set(click_strings.TYPER)


@pytest.mark.parametrize(
    ("environ", "district", "language"),
    [
        ({"FANGXUN_LANG": "en", "LANG": "zh_CN.UTF-8"}, "zh_CN", "en"),
        ({"FANGXUN_LANG": "zh"}, "en", "zh_CN"),
        ({"LANG": "en_US.UTF-8"}, "zh_CN", "zh_CN"),
        ({"LANG": "zh_CN.UTF-8"}, "", "zh_CN"),
        ({"LANG": "C.UTF-8"}, "", "en"),
        ({"LANG": "POSIX"}, "zh_CN", "zh_CN"),
        ({"FANGXUN_LANG": "fr"}, "", "en"),
        ({}, "", "en"),
    ],
)
def test_the_language_is_the_users_then_the_districts_then_the_systems(environ, district, language):
    assert text.choose_language(environ, district) == language


@pytest.fixture
def chinese_process(monkeypatch):
    """The process speaks Chinese for one test."""
    monkeypatch.setenv("LANGUAGE", "")
    was = gettext.textdomain()
    text.install("zh_CN")
    yield
    text.install("en")
    gettext.textdomain(was)


@pytest.mark.usefixtures("chinese_process")
def test_the_process_and_typer_speak_the_installed_language():
    assert text._("Options") == gettext.gettext("Options") == "选项"
    assert text._("") == ""


@pytest.mark.usefixtures("chinese_process")
def test_a_person_is_written_to_in_his_own_language():
    assert text.translator("en")("Options") == "Options"
    assert text.translator("zh_CN")("Options") == "选项"


def test_an_error_is_said_with_its_fields():
    assert text.say(NotFound("No person is called {by}.", by="张三")) == "No person is called 张三."


def test_the_faults_of_a_folder_are_said_one_a_line_with_file_and_line():
    fault = DistrictFault((Fault("people.csv:3", "{value} is no phone number", (("value", "x"),)),))
    said = text.say(fault).splitlines()
    assert said[0] == "people.csv:3: x is no phone number"
    assert len(said) == 2
