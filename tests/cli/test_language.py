"""What a Chinese duty room reads holds no English, whatever goes wrong; and the other way round."""

from __future__ import annotations

import os
import pwd
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from fangxun import text
from fangxun.cli import glance, main
from fangxun.text import machine, retold
from tests.cli.conftest import PROVIDER, Desk

OFFICER, OTHER = "zhu-xiaoman", "yun-chuxiu"
WHO = ("--actor", OFFICER, "-r", "原因")
CHINESE = re.compile("[\u4e00-\u9fff]")
OURS = {
    "fangxun", "toml", "csv", "json", "JSON", "TOML", "UTF", "SIGTERM", "y", "N", "x", "IV", "III",
    "II", "I", "cap", "readings", "folder", "twilio", "http", "console", "warnings", "gauges",
    "omoto", "zhengzhou", "ladder", "people", "district", "units", "areas", "sites",
    pwd.getpwuid(os.getuid()).pw_name,
    "COUNT", "HASH", "html", "xlsx", "A", "f", "ac", "T", "yx", "nosuch", "raise",
}  # fmt: skip
"""Names of files, settings, levels and examples, which are the same in both languages."""


def english(said: str, *typed: str) -> list[str]:
    """The English words of what was said, but for names, options, commands and what was typed."""
    left = re.sub(r"(?<!\w)--?[a-z][\w-]*|[\w./-]*/[\w./-]*|\w+\.(toml|csv|json)", " ", said)
    left = re.sub(r"fangxun [a-z]+( [a-z-]+)?", " ", left)
    known = OURS | {word for part in typed for word in re.findall(r"[A-Za-z]+", part)}
    return [word for word in re.findall(r"[A-Za-z]+", left) if word not in known]


WRONG = [
    (("bla",), 2), (("incident", "rais"), 2), (("page", "ack"), 2),
    (("page", "ack", "x"), 2), (("page", "ack", "1", "2"), 2), (("page", "list", "--foo"), 2),
    (("page", "relay", "1", "--by"), 2), (("page", "relay", "1"), 2), (("who", "--json=1"), 2),
    (("incident", "raise", "上云镇", "pink", *WHO), 2), (("roster", "show", "--days", "999"), 2),
    (("roster", "show", "--days", "0"), 2), (("watchdog", "--older-than", "x"), 2),
    (("warning", "add", "red", "--area", "x", "-t", "x", "--hazard", "snow"), 2),
    (("response", "propose", "1", "V", *WHO), 2), (("drill", "--speed", "nan"), 2),
    (("page", "relay", "999", "--by", OTHER, "--how", "telephone", *WHO), 5),
    (("page", "ack", "99999999999999999999"), 5),
    (("page", "send", "nobody", "-t", "x", *WHO), 5), (("page", "send", OTHER, "-t", "", *WHO), 3),
    (("page", "send", OTHER, "-t", "水" * 300, *WHO), 3),
    (("page", "send", OTHER, "-t", "x", "--actor", "nobody", "-r", "x"), 3),
    (("page", "send", OTHER, "-t", "x", "-r", "x"), 4), (("page", "ack", "1", "-r", "x"), 4),
    (("who", "--at", "yesterday"), 3), (("who", "--at", "2026-11-24T99:00"), 3),
    (("who", "--at", "0001-01-01T00:00"), 3), (("who", "--unit", "nowhere"), 5),
    (("roster", "apply", "nowhere"), 3), (("roster", "show", "--unit", "nowhere"), 5),
    (("roster", "cover", "--post", "nowhere", "--who", OTHER, "--from", "1:00", "--to", "2:00",
      *WHO), 5),
    (("roster", "cover", "--post", "主班", "--who", OTHER, "--from", "1:00", "--to", "2:00",
      *WHO), 3),
    (("journal", "verify", "--anchor", "x"), 3), (("journal", "show", "--subject", "x"), 5),
    (("reading", "list", "--gauge", "x"), 5), (("reading", "reject", "上云站", "08:00", *WHO), 5),
    (("response", "approve", "1", "II", *WHO), 5), (("incident", "show", "77"), 5),
    (("incident", "report", "77"), 5), (("incident", "note", "77", "x", *WHO), 5),
    (("incident", "stand-down", "77", *WHO), 5), (("page", "list", "--incident", "77"), 5),
    (("incident", "lower", "上云镇", *WHO), 4), (("feed", "poll", "nothing"), 5),
    (("feed", "poll", "gauges", *WHO), 3), (("warning", "end", "nothing", *WHO), 5),
    (("drill", "snow"), 5), (("drill", "--report", "/nosuch/x.json"), 3),
    (("db", "backup", "/nosuch/x"), 7), (("init", "fangxun.toml"), 8), (("init",), 6),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code"), WRONG, ids=[" ".join(w[:3])[:40] for w, _c in WRONG])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_wrong_command_is_answered_by_one_clear_sentence_and_its_code(
    desk: Desk, language: str, words: tuple[str, ...], code: int
) -> None:
    """No trace; in Chinese no English word beyond names, options and examples, in English no
    Chinese one."""
    text.install(language)
    said = desk.run(*words, code=code)
    assert "Traceback" not in said
    assert said.strip()
    if language == "zh_CN":
        assert CHINESE.search(said)
        assert english(said, *words) == []
    elif not any(CHINESE.search(word) for word in words):
        assert not CHINESE.search(said)


def commands() -> list[tuple[str, ...]]:
    """Every command with its verb."""
    top = main.typer_command(main.app)
    context = typer.Context(top)
    found = []
    for name in main.COMMANDS:
        found += within(top.get_command(context, name), name)
    return found


def within(command: object, *words: str) -> list[tuple[str, ...]]:
    """A command, or all of its group and of the groups in it."""
    verbs = getattr(command, "commands", None)
    if not verbs:
        return [words]
    return [one for verb, inner in verbs.items() for one in within(inner, *words, verb)]


SPEAKS = """
import sys
from fangxun import text
text.install("zh_CN")
from fangxun.cli import main
for words in sys.stdin.read().splitlines():
    print("\\f", flush=True)
    main.run([*words.split(), "--help"])
"""


def test_help_in_chinese_holds_no_english() -> None:
    """Usage, types, ranges, choices, defaults, of every command."""
    every = [(), *commands()]
    done = subprocess.run(
        [sys.executable, "-c", SPEAKS], input="\n".join(map(" ".join, every)), text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    said = dict(zip(every, done.stdout.split("\f")[1:], strict=True))
    assert all(CHINESE.search(text_) for text_ in said.values())
    own = tuple(main.COMMANDS)
    odd = {words: english(text_, *(words or own)) for words, text_ in said.items()}
    assert {words: found for words, found in odd.items() if found} == {}


CONFIGURED = [
    ('kind = "cap"', 'kind = "rain"', "[[feed]] warnings kind", "cap, readings, folder"),
    ('kind = "cap"', "", "[[feed]] warnings kind", "没有写"),
    ("interval = 10", 'interval = "often"', "[[feed]] warnings interval", "数字"),
    ("interval = 10", "interval = 0.1", "[[feed]] warnings interval", "1"),
    ("interval = 10", "interval = 10\ncolour = 1", "[[feed]] warnings colour", "没有这项设置"),
    ('name = "gauges"', "", "[[feed]] #2 name", "没有写"),
    ('name = "gauges"', 'name = "雨量站"', "[[feed]] 雨量站 name", "a-z"),
    ("port = 8787", "port = 99999", "port", "65535"),
    ("port = 8787", 'port = 8787\nlanguage = "de"', "language", "zh_CN, en"),
    ("port = 8787", "port 8787", "第 10 行", "="),
    ("port = 8787", "port = 8787\nport = 1", "第 11 行", "重复"),
    (
        'kind = "twilio"',
        'kind = "pigeon"',
        "[[gateway]] twilio kind",
        "twilio, http, email, console",
    ),
    ("account_sid", "sid", "twilio：account_sid", "没有写"),
    ("no_reply_prefixes = []", "connections = 1.5", "twilio：connections", "整数"),
    (f'api_base = "{PROVIDER}"', 'api_base = "ftp://x"', "twilio：api_base", "https"),
]


@pytest.mark.parametrize(
    ("old", "new", "where", "what"), CONFIGURED, ids=[c[1] for c in CONFIGURED]
)
def test_a_fault_of_fangxun_toml_names_the_setting_and_what_was_expected(
    desk: Desk, old: str, new: str, where: str, what: str
) -> None:
    """By the feed's or gateway's name or the line, in Chinese, not in pydantic's words."""
    text.install("zh_CN")
    path = desk.folder / "fangxun.toml"
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")
    said = desk.run("doctor", "--offline", code=1)
    (fault,) = [line for line in said.splitlines() if where in line]
    assert what in fault
    assert english(said, where, what, old, new) == []


def test_a_file_of_another_encoding_is_told_with_its_line(desk: Desk) -> None:
    """An office program has saved it as GBK."""
    text.install("zh_CN")
    path = desk.folder / "fangxun.toml"
    path.write_bytes("port = 1\n# 云溪\n".encode("gbk"))
    for words in (("who",), ("feed", "list")):
        assert "第 2 行" in desk.run(*words, code=3)


def test_a_file_that_is_no_database_advises_to_restore_a_backup(desk: Desk) -> None:
    """Not to look at the network."""
    text.install("zh_CN")
    for file in (desk.folder / "state").glob("fangxun.db*"):
        file.write_bytes(b"a letter, not a database" * 99)
    for words in (("who",), ("page", "list")):
        said = desk.run(*words, code=7)
        assert "恢复最近的备份" in said
        assert english(said) == []


@pytest.mark.parametrize(
    "words",
    [
        ("incident", "raise", "上云镇", "红色"), ("incident", "raise", "上云镇", "红"),
        ("warning", "add", "橙色", "--area", "上云镇", "-t", "暴雨", "--hazard", "洪水"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_level_and_a_hazard_are_typed_as_they_are_shown(
    desk: Desk, language: str, words: tuple[str, ...]
) -> None:
    """Whatever the terminal speaks."""
    text.install(language)
    desk.run(*words, "--dry-run", *WHO)


@pytest.mark.parametrize("level", ["I", "Ⅰ", "i", "I级", "一级", "1", "Ⅰ级响应"])
def test_a_response_level_is_typed_as_people_write_it(desk: Desk, level: str) -> None:
    """Roman, Chinese or a figure."""
    desk.storm("上云镇")
    said = desk.run("response", "approve", "1", level, "--dry-run", "--actor", "云知山")
    assert "Response I could be approved" in said


def test_an_alarm_in_the_duty_room_speaks_the_language_of_the_terminal(desk: Desk) -> None:
    """The district's is that of its texts."""
    desk.storm("上云镇")
    assert "does not answer for" in desk.run("watch", "--once")
    text.install("zh_CN")
    said = desk.run("watch", "--once")
    assert "无人应答" in said
    assert english(said) == []


ENVIRON = {"FANGXUN_CONFIG": "fangxun.toml"}


def test_the_language_is_the_installation_s_then_the_district_s_as_applied_then_of_its_folder(
    desk: Desk,
) -> None:
    """And of nothing where there is nothing yet; LANG then decides."""
    path, folder = desk.folder / "fangxun.toml", desk.folder / "district" / "district.toml"
    assert glance.language(ENVIRON) == "zh_CN", "as applied"
    folder.write_text(folder.read_text("utf-8").replace('"zh_CN"', '"en"'), encoding="utf-8")
    assert glance.language(ENVIRON) == "zh_CN", "the folder is not in force"
    desk.run("roster", "apply", "district", "--yes", "--actor", OFFICER, "-r", "visitors")
    assert glance.language(ENVIRON) == "en"
    for file in (desk.folder / "state").glob("fangxun.db*"):
        file.unlink()
    assert glance.language(ENVIRON) == "en", "before the first apply: of the folder"
    path.write_text('language = "zh_CN"\n' + path.read_text("utf-8"), encoding="utf-8")
    assert glance.language(ENVIRON) == "zh_CN", "as this installation has set it"
    folder.unlink()
    path.unlink()
    assert glance.language(ENVIRON) == ""


@pytest.mark.parametrize("broken", ["language = ", "\udcff"])
def test_a_broken_configuration_does_not_keep_a_command_from_saying_so(
    tmp_path: Path, broken: str
) -> None:
    """The language is asked before anything is checked."""
    path = tmp_path / "fangxun.toml"
    path.write_bytes(broken.encode(errors="surrogateescape"))
    assert glance.language({"FANGXUN_CONFIG": str(path)}) == ""


def test_what_the_machine_says_is_said_in_the_user_s_language() -> None:
    """By its number; the path stays, and what we do not know stays as it is."""
    text.install("zh_CN")
    try:
        assert machine.said("[Errno 111] Connection refused") == "连接被拒绝"
        assert machine.said("[Errno 13] Permission denied: '/x'") == "当前账户没有权限: '/x'"
        assert machine.said("Permission denied") == "当前账户没有权限"
        assert machine.said("[Errno 4242] Odd") == "odd"
        assert machine.said("something else") == "something else"
    finally:
        text.install("en")


@pytest.mark.parametrize("template", [
    "{url} cannot be reached: {why}", "the poll broke off: {why}",
    "none of {rows} rows can be read: {why}",
])  # fmt: skip
def test_a_sentence_is_said_again_in_another_language_and_back(template: str) -> None:
    """With its fields, which may be sentences themselves."""
    fields = {"url": "http://a/b", "rows": "7", "why": "the connection was refused"}
    english_ = template.format(**fields)
    text.install("zh_CN")
    try:
        chinese = retold.retold(english_)
        assert CHINESE.search(chinese)
        assert "连接被拒绝" in chinese
        assert retold.retold(chinese) == chinese
    finally:
        text.install("en")
    assert retold.retold(chinese) == english_
    assert retold.retold(f"http://x: {chinese}; {chinese}") == f"http://x: {english_}; {english_}"
    assert retold.retold("谁也没说过的话") == "谁也没说过的话"
