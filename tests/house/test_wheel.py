"""What is handed to a district is a wheel: it must work where there is no source tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.house.sources import ROOT
from tests.house.test_deploy import copied


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of an environment into which only the wheel was put. What it depends
    on is seen through a path file, in which nested path files (our own tree's) do not count."""
    folder = tmp_path_factory.mktemp("wheel")
    source = tmp_path_factory.mktemp("source")
    for path in copied():  # and no more than the container is built from
        if (ROOT / path).is_dir():
            shutil.copytree(ROOT / path, source / path, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, source / path)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder)]
    subprocess.run([*build, str(source)], check=True, cwd=folder, timeout=120)
    environment = folder / "environment"
    venv.create(environment, symlinks=True)
    into = {"base": str(environment), "platbase": str(environment)}
    packages = Path(sysconfig.get_path("purelib", "venv", into))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    commands = Path(sysconfig.get_path("scripts", "venv", into))
    wheel = next(folder.glob("*.whl"))
    put = [*pip, "--python", str(commands / "python"), "install", "--no-deps", "--no-index"]
    subprocess.run([*put, "--force-reinstall", str(wheel)], check=True, cwd=folder, timeout=120)
    return commands


def run(
    commands: Path, *words: str, cwd: Path, encoding: str = "utf-8"
) -> subprocess.CompletedProcess[str]:
    """One command in `cwd`, with nothing of ours and no locale in its environment."""
    kept = {"PATH": os.defpath, "HOME": "/nonexistent", "LANG": "C", "USER": "nobody"}
    if encoding != "utf-8":
        kept["PYTHONIOENCODING"] = encoding
    return subprocess.run(
        [commands / words[0], *words[1:]], cwd=cwd, env=kept, capture_output=True, check=False,
        timeout=120, encoding=encoding,
    )  # fmt: skip


@pytest.fixture(scope="module")
def duty(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `init --demo` has made."""
    folder = tmp_path_factory.mktemp("duty")
    made = run(installed, "fangxun", "init", "--demo", "x", cwd=folder)
    assert made.returncode == 0, made.stderr
    return folder / "x"


def test_the_wheel_runs_in_an_empty_folder_without_a_locale_or_a_home(installed, duty, tmp_path):
    """init, doctor, who: and it is the wheel's code that answers, not the tree's."""
    where = run(installed, "python", "-c", "import fangxun; print(fangxun.__file__)", cwd=tmp_path)
    assert str(installed.parent) in where.stdout
    checked = run(installed, "fangxun", "doctor", "--offline", cwd=duty)
    # 1: a year whose holidays are not announced yet is told near the turn of the year.
    assert checked.returncode in {0, 1}, checked.stderr
    assert "√ 数据库" in checked.stdout
    assert "√ 人人叫得到" in checked.stdout
    who = run(installed, "fangxun", "who", cwd=duty)
    assert who.returncode == 0, who.stderr
    assert "带班领导" in who.stdout


TELLS_SOCKETS = """
import sys
def heard(event, arguments):
    if event in {"socket.connect", "socket.bind", "socket.sendto"}:
        print(event, arguments[1:], file=sys.stderr)
sys.addaudithook(heard)
import fangxun.__main__ as fangxun
fangxun.main()
"""


@pytest.fixture(scope="module")
def drilled(installed: Path, duty: Path) -> subprocess.CompletedProcess[str]:
    """The storm that is played where none is named, while the secret of the configured gateway is
    missing."""
    secret, away = duty / "state" / "standin-token", duty / "token"
    secret.rename(away)
    words = ("python", "-c", TELLS_SOCKETS, "drill", "--report", "report.html")
    done = run(installed, *words, cwd=duty)
    away.rename(secret)
    return done


def test_a_drill_opens_no_socket_and_reads_no_secret(drilled):
    """It runs all the same, and the interpreter reports no connection of any kind."""
    assert (drilled.returncode, drilled.stderr) == (0, "")
    assert "推演的各项检查全部通过" in drilled.stdout
    assert "123.5 mm" in drilled.stdout


def test_a_drill_writes_the_same_report_as_a_real_storm(drilled, duty):
    """With the place, and the name of whoever did not confirm."""
    report = (duty / "report.html").read_text("utf-8")
    assert drilled.returncode == 0
    assert "上云镇" in report
    assert "谷回音" in report


def test_the_timeline_names_who_is_on_watch_when_the_first_raise_comes(drilled):
    """Posts and names of the town and of the duty room, before anybody is paged, and once."""
    said = drilled.stdout
    watch = [line for line in said.splitlines() if line.startswith("08-13 19:05:00 在岗: ")]
    assert len(watch) == 2
    assert "云溪区防汛抗旱指挥部办公室  主班 麦谷雨" in watch[0]
    assert "上云镇人民政府  主班 松间月  带班领导 云出岫" in watch[1]
    assert said.index(watch[0]) < said.index("升级") < said.index("叫应 (短信)")


def test_the_empty_district_of_the_wheel_is_whole(installed, tmp_path):
    """`init` without --demo, then what it says to type next."""
    for words in (
        ("init", "duty"), ("db", "upgrade"),
        ("roster", "apply", "district", "--yes", "-r", "x"), ("who",),
    ):  # fmt: skip
        cwd = tmp_path if words[0] == "init" else tmp_path / "duty"
        done = run(installed, "fangxun", *words, cwd=cwd)
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_terminal_that_lacks_a_sign_gets_a_question_mark_and_no_traceback(installed, duty):
    """An office machine set to GBK has Chinese and no tick; a western one has neither."""
    for encoding, words in (
        ("gbk", ("doctor", "--offline")), ("gbk", ("who",)), ("latin-1", ("watch", "--once")),
    ):  # fmt: skip
        done = run(installed, "fangxun", *words, cwd=duty, encoding=encoding)
        assert done.returncode in {0, 1}, done.stderr
        assert done.stdout
        assert "Traceback" not in done.stderr


def test_postgresql_without_its_driver_is_said_with_what_to_install(installed, tmp_path):
    """The extra `postgres` is left out by whoever needs SQLite only."""
    run(installed, "fangxun", "init", "duty", cwd=tmp_path)
    config = tmp_path / "duty" / "fangxun.toml"
    text = config.read_text("utf-8").replace("sqlite:///state/fangxun.db", "postgresql://nobody@/x")
    config.write_text(text, "utf-8")
    for words in (("db", "upgrade"), ("who",), ("doctor", "--offline")):
        call = (
            f"import sys; sys.modules['psycopg'] = None; sys.argv[1:] = {list(words)}; "
            "import fangxun.__main__ as fangxun; fangxun.main()"
        )
        done = run(installed, "python", "-c", call, cwd=config.parent)
        assert done.returncode == (1 if words[0] == "doctor" else 7), done.stderr
        assert "fangxun[postgres]" in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
