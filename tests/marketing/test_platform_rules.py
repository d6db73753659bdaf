"""What a platform lets a shop send: the strict ones take no cards and no contacts."""

from datetime import UTC, datetime, timedelta

import pytest

from marketing.platform_rules import is_allowed, is_window_open, names_contacts, platform_of, rule_of
from tests.factories import make_channel

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("platform", "kind", "allowed"),
    [("web", "lead", True), ("wechat", "lead", False), ("douyin", "lead", False), ("xiaohongshu", "contact", False)],
)
def test_cards(platform: str, kind: str, allowed: bool) -> None:
    assert (kind in rule_of(platform).cards) is allowed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("加微信 abc12345 领券", True),
        ("请联系 138-0013-8000", True),
        ("VX：linmei", True),
        ("扫二维码进群", True),
        ("订单 20260301123456 已发货", False),
        ("满 199 减 30，3 月 8 日截止", False),
    ],
)
def test_contacts_in_texts(text: str, found: bool) -> None:
    assert names_contacts(text) is found


def test_contacts_are_refused_only_where_the_platform_does() -> None:
    text = "加微信 abc12345"
    assert [is_allowed(platform, text) for platform in ("web", "wechat", "douyin", "unheard-of")] == [
        True,
        True,
        False,
        False,
    ]


def test_the_window_after_the_last_message() -> None:
    wrote = NOW - timedelta(hours=30)
    assert is_window_open("web", None, NOW)
    assert is_window_open("wechat", wrote, NOW)
    assert not is_window_open("douyin", wrote, NOW)
    assert not is_window_open("wechat", None, NOW)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "connection", "platform"),
    [
        ("web", "", "web"),
        ("generic", '{"platform": "own"}', "own"),
        ("generic", "", "strict"),
        ("wechat", "", "wechat"),
    ],
)
def test_what_is_behind_a_channel(kind: str, connection: str, platform: str) -> None:
    assert platform_of(make_channel(kind=kind, connection=connection)) == platform
