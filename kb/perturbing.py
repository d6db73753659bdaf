"""Questions as people mistype or mix them, made from clean ones: for measuring. The same every time."""

import random
import re
from collections.abc import Callable

from cs_platform.chinese import traditional
from kb.sounds import homophones, syllable

_WRONG_CHARACTERS = 2
_PLACEHOLDER = re.compile(r"\[[^\]]*\]")
# Everyday words that shoppers drop into Chinese sentences in English.
_IN_ENGLISH = {
    "退款": "refund",
    "退货": "return",
    "订单": "order",
    "快递": "express",
    "发货": "ship",
    "尺码": "size",
    "颜色": "color",
    "优惠券": "coupon",
    "发票": "invoice",
    "价格": "price",
    "地址": "address",
    "账户": "account",
    "账号": "account",
    "密码": "password",
    "手机号": "phone number",
    "手机": "phone",
    "登录": "login",
    "会员": "VIP",
    "支付": "pay",
    "取消": "cancel",
    "修改": "change",
    "客服": "service",
    "下载": "download",
    "软件": "app",
    "更新": "update",
    "查询": "check",
    "绑定": "bind",
    "设置": "setting",
    "为什么": "why",
    "怎么": "how",
}


def typed_by_sound(text: str, chooser: random.Random) -> str:
    """Two characters replaced by others that are typed with the same letters; a text without any stays."""
    fixed = {place for match in _PLACEHOLDER.finditer(text) for place in range(*match.span())}
    choices = {
        place: [other for other in homophones().get(syllable(character), "") if other != character]
        for place, character in enumerate(text)
        if place not in fixed
    }
    places = [place for place, others in choices.items() if others]
    characters = list(text)
    for place in chooser.sample(places, min(_WRONG_CHARACTERS, len(places))):
        characters[place] = chooser.choice(choices[place])
    return "".join(characters)


def in_traditional(text: str, chooser: random.Random) -> str:
    """As a shopper of Hong Kong or Taiwan types it."""
    return traditional(text)


def mixed_with_english(text: str, chooser: random.Random) -> str:
    """Up to two of its words in English; a text without such words stays."""
    found = [word for word in _IN_ENGLISH if word in text]
    for word in found[:2]:
        text = text.replace(word, f" {_IN_ENGLISH[word]} ", 1)
    return " ".join(text.split())


PERTURBATIONS: dict[str, Callable[[str, random.Random], str]] = {
    "typos": typed_by_sound,
    "traditional": in_traditional,
    "english": mixed_with_english,
}
