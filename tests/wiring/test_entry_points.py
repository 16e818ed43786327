"""Gateways and feeds that other people's packages bring."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fangxun import config, wiring
from fangxun.config import FeedConfig, GatewayConfig, Settings
from fangxun.core.errors import ConfigFault
from fangxun.core.plan import Channel
from fangxun.gateways.console import ConsoleGateway

MODULE = """
from fangxun.core.plan import Channel
from fangxun.feeds.base import Fresh, Memory
from fangxun.gateways.console import ConsoleGateway, ConsoleSettings


def build(name, settings, *, secret, public_base_url=""):
    path = secret(settings["path"]) + public_base_url
    return ConsoleGateway(ConsoleSettings(name=name, path=path, channels=(Channel.SMS,)))


class Feed:
    def __init__(self, settings):
        self.settings = settings

    def poll(self, memory, *, now):
        return Fresh(memory)


def build_feed(settings):
    return Feed(settings)
"""
POINTS = """
[fangxun.gateways]
acme-sms = acme_sms:build
console = acme_sms:build
broken = acme_sms.nowhere:build

[fangxun.feeds]
acme-rain = acme_sms:build_feed
"""
Install = Callable[[], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """A package of somebody else's, installed as pip leaves it."""

    def do() -> None:
        (tmp_path / "acme_sms.py").write_text(MODULE, "utf-8")
        info = tmp_path / "acme_sms-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-sms\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(POINTS)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.delitem(sys.modules, "acme_sms", raising=False)

    return do


def settings(tmp_path: Path, kind: str) -> Settings:
    """fangxun.toml with one gateway and one feed."""
    path = tmp_path / "fangxun.toml"
    path.write_text(
        f'public_base_url = "/here"\n[[gateway]]\nname = "acme"\nkind = "{kind}"\n'
        '[gateway.settings]\npath = "env:PATH_OF_ACME"\n'
        '[[feed]]\nname = "rain"\nkind = "acme-rain"\nurl = "http://127.0.0.1:9/"\n',
        "utf-8",
    )
    return config.load(path)


def test_an_installed_package_s_gateway_is_built_by_its_kind(
    install: Install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its own settings, secrets looked up, and the public address."""
    install()
    monkeypatch.setenv("PATH_OF_ACME", "out")
    found, console = wiring.gateways(settings(tmp_path, "acme-sms"))
    assert isinstance(found, ConsoleGateway)
    assert (found.name, found.settings.path) == ("acme", "out/here")
    assert found.abilities.channels == {Channel.SMS}
    assert console.name == "console"


def test_an_installed_package_s_feed_is_built_by_its_kind(install: Install, tmp_path: Path) -> None:
    install()
    read = settings(tmp_path, "acme-sms")
    feed = wiring.build_feed(read.feed[0], read, language="en")
    assert type(feed).__name__ == "Feed"


def test_nobody_takes_the_place_of_a_kind_of_ours(install: Install, tmp_path: Path) -> None:
    install()
    item = GatewayConfig(name="c", kind="console", settings={"path": "x"})
    built = wiring.build_gateway(item, Settings(folder=tmp_path))
    assert built.abilities.channels == {Channel.CONSOLE}


def test_a_kind_that_nobody_brings_is_a_fault_that_names_those_there_are(
    install: Install, tmp_path: Path
) -> None:
    item = GatewayConfig(name="acme", kind="acme-sms")
    with pytest.raises(
        ConfigFault, match="no kind acme-sms; there are: twilio, http, email, console"
    ):
        wiring.build_gateway(item, Settings(folder=tmp_path))
    with pytest.raises(ConfigFault, match="rain kind: there is no kind"):
        wiring.build_feed(FeedConfig(name="rain", kind="x"), Settings(), language="en")
    install()
    with pytest.raises(ConfigFault, match="acme-sms, broken"):
        wiring.build_gateway(GatewayConfig(name="a", kind="other"), Settings(folder=tmp_path))


def test_a_package_that_does_not_load_is_a_fault_that_says_why(
    install: Install, tmp_path: Path
) -> None:
    install()
    item = GatewayConfig(name="acme", kind="broken")
    with pytest.raises(ConfigFault, match="does not load: ModuleNotFoundError"):
        wiring.build_gateway(item, Settings(folder=tmp_path))
