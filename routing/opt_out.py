"""Does the customer want no more promotions? Exactly these words: 退订 may also be said of an order. Pure."""

from cs_platform.text import phrase_key

_WORDS = frozenset(
    [
        "td",
        "t退订",
        "退订",
        "回td",
        "回复td",
        "退订短信",
        "退订消息",
        "退订推送",
        "取消订阅",
        "取消推送",
        "拒收",
        "拒收消息",
        "不再接收",
        "不要再发了",
        "不要再发消息了",
        "别再发了",
        "别再发消息了",
        "别发广告了",
        "不要发广告了",
        "别再发广告了",
        "unsubscribe",
        "stop",
        "optout",
    ]
)
_CHARACTERS_MAX = 20


def asks_to_unsubscribe(text: str) -> bool:
    """Is the message nothing but the wish to get no more promotions?"""
    return len(text) <= _CHARACTERS_MAX and phrase_key(text) in _WORDS
