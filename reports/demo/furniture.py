"""The texts of what the invented shop has set up."""

from typing import Any

from marketing.models import Card, Segment, Trigger
from reports.demo import scenes

Ask, Kind = Card.Ask, Trigger.Kind

CARDS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        Card.Kind.LEAD,
        {
            "name": "到货与报价留资卡",
            "title": "留个联系方式",
            "text": "有货了、报价出来了，第一时间告诉你。",
            "plain_text": "想让我们联系你，可以在这里留言，写上称呼和想问的商品。",
            "ask_name": Ask.OPTIONAL,
            "ask_phone": Ask.REQUIRED,
            "button": "提交",
            "consent_text": "我同意青禾生活馆用以上方式联系我。",
            "thanks": scenes.CARD_THANKS,
        },
    ),
    (
        Card.Kind.CONTACT,
        {
            "name": "店长名片",
            "title": "林店长的名片",
            "text": "团购、定制、售后没解决的事，都可以直接找我。",
            "plain_text": "团购和定制的事，可以在这里直接告诉我，我来跟进。",
            "contact_name": "林店长",
            "contact_role": "青禾生活馆 店长",
            "contact_phone": "400-000-0000",
            "contact_wechat": "qinghe-demo",
        },
    ),
    (
        Card.Kind.PRODUCT,
        {"name": "本周热卖", "title": "本周热卖", "text": "大家这周买得最多的三样。"},
    ),
)

# Kind, whether the lead card comes with it, and the rest.
TRIGGERS: tuple[tuple[str, bool, dict[str, Any]], ...] = (
    (
        Kind.OPENED_SILENT,
        False,
        {"name": "打开 30 秒没说话就打招呼", "seconds": 30, "text": scenes.WAKE_UP, "position": 10},
    ),
    (
        Kind.TALKED_SILENT,
        True,
        {"name": "聊过没留联系方式就跟进", "seconds": 120, "text": scenes.FOLLOW_UP, "position": 20},
    ),
    (
        Kind.KEYWORD,
        True,
        {
            "name": "问到货、团购就送留资卡",
            "keywords": "到货\n补货\n团购\n批发\n定制\n企业采购",
            "text": scenes.LEAD_CARD,
            "position": 30,
        },
    ),
)

SEGMENTS: tuple[dict[str, Any], ...] = (
    {"name": "30 天内来过的网站客户", "seen_within_days": 30},
    {"name": "下过单的老客户", "orders_min": 1},
    {"name": "留过联系方式还没下单", "contact": Segment.Contact.LEFT, "orders_max": 0},
    {"name": "VIP 客户", "level": "vip"},
)

DRAFT = ("年货节预告", "{name|您}，年货节下周开始，想提前看看有哪些活动，回复“活动”就行。")

CANNED = (
    ("欢迎", "你好", "{name}您好，我是{agent}，请问有什么可以帮您？"),
    ("请稍等", "稍等", "好的，我查一下，请稍等一两分钟。"),
    ("要订单号", "订单号", "麻烦把订单号发给我，在“我的订单”里可以看到。"),
    ("催发货", "发货", "订单 {order} 我已经催仓库了，今天会发出，发出后物流信息 12 小时内更新。"),
    ("查物流", "物流", "订单 {order} 的包裹在路上，我联系快递核实一下最新位置，有结果马上告诉您。"),
    ("退货地址", "退货", "可以退的。请在订单里点“申请退货”，选原因“七天无理由”，提交后会收到退货地址。"),
    ("换货登记", "换货", "好的，已经为您登记换货，快递员明天上门取件，请把包装和配件一起放好。"),
    ("补发配件", "补发", "给您添麻烦了，缺的配件今天给您补发，不用另付运费。"),
    ("退款时间", "退款", "退款已经提交，原路退回，一般 1 到 3 个工作日到账。"),
    ("开发票", "发票", "请把抬头、税号和邮箱发给我，电子发票 3 个工作日内发到您的邮箱。"),
    ("道歉安抚", "抱歉", "非常抱歉让您久等了，这件事我来负责跟到底，有进展第一时间告诉您。"),
    ("结束语", "再见", "不客气，之后有问题随时在这里找我。祝您生活愉快！"),
)
