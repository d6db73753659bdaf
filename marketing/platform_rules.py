"""What each messaging platform lets a shop send: cards, contacts in texts, and messages nobody asked for.

Figures are of `reference/channels.md`. A platform that is not listed gets the strictest rule: text without contacts.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cs_platform.contacts import clean_phone
from routing.models import Channel


@dataclass(frozen=True, slots=True)
class PlatformRule:
    """`window_hours` after the customer's last message the platform refuses what the shop sends; None: never."""

    cards: frozenset[str] = frozenset()
    may_name_contacts: bool = False
    window_hours: int | None = None


_ALL_CARDS = frozenset({"lead", "contact", "product", "order"})
STRICTEST = PlatformRule(window_hours=24)
RULES: dict[str, PlatformRule] = {
    "web": PlatformRule(_ALL_CARDS, may_name_contacts=True),
    "own": PlatformRule(_ALL_CARDS, may_name_contacts=True),
    "wechat": PlatformRule(may_name_contacts=True, window_hours=48),
    "wecom": PlatformRule(may_name_contacts=True, window_hours=48),
    "video_account": PlatformRule(window_hours=48),
    "douyin": PlatformRule(window_hours=24),
    "xiaohongshu": PlatformRule(window_hours=24),
}

_NUMBER = re.compile(r"(?<!\d)[+\d][\d\s\-]{6,16}\d(?!\d)")
_WECHAT_WORDS = re.compile(r"微信|薇信|威信|vx|v信|weixin|wechat|加\s*v\b|qq|\bqr\b|二维码", re.IGNORECASE)


def platform_of(channel: Channel) -> str:
    """What rules hold on a channel: its kind, or what its manager says is behind an HTTP channel."""
    if channel.kind != Channel.Kind.GENERIC:
        return channel.kind
    return channel.connection_values.get("platform") or "strict"


def rule_of(platform: str) -> PlatformRule:
    """The rule of a platform."""
    return RULES.get(platform, STRICTEST)


def names_contacts(text: str) -> bool:
    """Whether a text leads off the platform: a phone number, or an invitation to WeChat or QQ."""
    return bool(_WECHAT_WORDS.search(text)) or any(clean_phone(number) for number in _NUMBER.findall(text))


def is_allowed(platform: str, text: str) -> bool:
    """Whether a text may be sent there at all."""
    return rule_of(platform).may_name_contacts or not names_contacts(text)


def is_window_open(platform: str, last_customer_message: datetime | None, now: datetime) -> bool:
    """Whether the platform still takes a message to a customer who last wrote then."""
    hours = rule_of(platform).window_hours
    if hours is None:
        return True
    return last_customer_message is not None and now - last_customer_message < timedelta(hours=hours)
