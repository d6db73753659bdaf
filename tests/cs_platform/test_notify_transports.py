"""Every transport says what it was given, signs as its vendor asks, and tells a pause from a failure for good."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail
from pytest_django.fixtures import Settings

from cs_platform.models import NoticeTarget
from cs_platform.notify import Notice, NoticeFailed, dingtalk, feishu
from cs_platform.notify.transports import TRANSPORTS
from tests.doubles.robots import Robots, robots

VECTORS = json.loads((Path(__file__).parent.parent / "payloads/robots/signatures.json").read_text())
NOTICE = Notice("有客户在等", "已等 2 分钟：怎么退货", "https://shop.test/console/?c=7")
ROBOTS = ["wecom", "feishu", "dingtalk"]


@pytest.fixture
def vendor(outbound_allowed: Callable[[str], None]) -> Iterator[Robots]:
    with robots() as double:
        outbound_allowed(double.place)
        yield double


def target(double: Robots, kind: str, secret: str = "") -> NoticeTarget:
    return NoticeTarget(name=kind, kind=kind, address=double.address(kind), secret=secret)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_signatures_are_the_vendors(vector: dict[str, dict[str, str]]) -> None:
    given, wanted = vector["inputs"], vector["expected"]
    if "timestamp_ms" in given:
        assert dingtalk.sign(given["secret"], int(given["timestamp_ms"])) == wanted["sign_base64"]
    else:
        assert feishu.sign(given["secret"], int(given["timestamp"])) == wanted["sign"]


def test_every_kind_has_a_transport() -> None:
    assert set(TRANSPORTS) == set(NoticeTarget.Kind)


@pytest.mark.parametrize("kind", ROBOTS)
def test_a_robot_gets_title_text_and_link(vendor: Robots, kind: str) -> None:
    TRANSPORTS[kind](target(vendor, kind), NOTICE)
    assert vendor.texts == ["有客户在等\n已等 2 分钟：怎么退货\nhttps://shop.test/console/?c=7"]


@pytest.mark.parametrize("kind", ["feishu", "dingtalk"])
def test_a_signed_notice_is_accepted(vendor: Robots, kind: str) -> None:
    vendor.secrets[kind] = "SEC123"
    TRANSPORTS[kind](target(vendor, kind, "SEC123"), NOTICE)
    assert len(vendor.texts) == 1


@pytest.mark.parametrize("kind", ["feishu", "dingtalk"])
def test_a_wrong_secret_is_useless_to_try_again(vendor: Robots, kind: str) -> None:
    vendor.secrets[kind] = "SEC123"
    with pytest.raises(NoticeFailed) as failure:
        TRANSPORTS[kind](target(vendor, kind, "other"), NOTICE)
    assert failure.value.is_permanent and vendor.texts == []


@pytest.mark.parametrize(
    ("kind", "answer", "seconds"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, 60),
        ("feishu", {"code": 11232, "msg": "too fast"}, 15),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}, 600),
    ],
)
def test_too_many_means_a_pause(vendor: Robots, kind: str, answer: dict[str, object], seconds: float) -> None:
    vendor.answers = [(200, answer)]
    with pytest.raises(NoticeFailed) as failure:
        TRANSPORTS[kind](target(vendor, kind), NOTICE)
    assert not failure.value.is_permanent and failure.value.wait_seconds == seconds


@pytest.mark.parametrize("kind", ROBOTS)
def test_a_broken_server_may_recover(vendor: Robots, kind: str) -> None:
    vendor.answers = [(502, "bad gateway")]
    with pytest.raises(NoticeFailed) as failure:
        TRANSPORTS[kind](target(vendor, kind), NOTICE)
    assert not failure.value.is_permanent


@pytest.mark.parametrize("kind", ROBOTS)
def test_a_very_long_text_is_cut(vendor: Robots, kind: str) -> None:
    TRANSPORTS[kind](target(vendor, kind), Notice("长", "很长" * 5000))
    assert vendor.texts[0].startswith("长\n很长很长")


@pytest.mark.parametrize("kind", ROBOTS)
def test_an_address_inside_the_house_is_never_asked(kind: str) -> None:
    inside = NoticeTarget(name="x", kind=kind, address="http://127.0.0.1:9/secret-key")
    with pytest.raises(NoticeFailed) as failure:
        TRANSPORTS[kind](inside, NOTICE)
    assert failure.value.is_permanent and "secret-key" not in failure.value.reason


def test_mail_goes_to_the_address(settings: Settings) -> None:
    settings.EMAIL_URL = "memorymail://"
    TRANSPORTS["email"](NoticeTarget(kind="email", address="duty@example.com"), NOTICE)
    assert [(one.to, one.subject) for one in mail.outbox] == [(["duty@example.com"], "有客户在等")]
    assert "https://shop.test/console/?c=7" in mail.outbox[0].body


def test_without_a_mail_server_it_says_so() -> None:
    with pytest.raises(NoticeFailed, match="EMAIL_URL"):
        TRANSPORTS["email"](NoticeTarget(kind="email", address="duty@example.com"), NOTICE)
