"""What the demo shop has in marketing: cards, moments at which it speaks first, segments and a draft."""

from django.db import models, transaction

from conversations.demo import DEMO_CHANNEL_KEY
from kb.models import Product
from marketing.models import Broadcast, Card, Segment, Trigger
from routing.models import Channel

CONSENT = "我同意青禾生活馆使用以上信息与我联系，用途仅限本次咨询。"


@transaction.atomic
def create_demo_marketing() -> list[models.Model]:
    """For an untouched installation; where any of it was ever made nothing is added. Returns what was made."""
    channel = Channel.objects.filter(key=DEMO_CHANNEL_KEY).first()
    if channel is None or any(model.objects.exists() for model in (Card, Trigger, Segment)):
        return []
    cards = _cards()
    return [*cards, *_triggers(channel, cards[0], cards[1]), *_segments()]


def _cards() -> list[Card]:
    lead = Card.objects.create(
        name="留资卡：专人回电（演示）",
        title="留个联系方式，专人联系您",
        text="工作时间 30 分钟内回电，方便的话写下想了解什么。",
        ask_note=Card.Ask.OPTIONAL,
        note_label="想了解什么",
        consent_text=CONSENT,
        thanks="收到，我们会尽快联系您。",
        plain_text="现在是下班时间，您的问题已记录，上班后第一时间在这里回复您。",
        is_default=True,
    )
    group = Card.objects.create(
        name="留资卡：团购登记（演示）",
        title="团购登记",
        text="10 件起享团购价，留下手机号，团购专员给您报价。",
        ask_note=Card.Ask.REQUIRED,
        note_label="品类和数量",
        consent_text=CONSENT,
        thanks="已登记，团购专员会尽快给您报价。",
        plain_text="团购请直接在这里留言品类和数量，专员会给您报价。",
    )
    contact = Card.objects.create(
        name="名片：店长（演示）",
        kind=Card.Kind.CONTACT,
        title="售后直通店长",
        contact_name="林店长",
        contact_role="青禾生活馆 · 店长",
        contact_phone="400-820-8820",
    )
    products = Card.objects.create(name="商品卡：本周热卖（演示）", kind=Card.Kind.PRODUCT, title="本周热卖")
    products.products.set(Product.objects.filter(is_active=True).order_by("pk")[:3])
    return [lead, group, contact, products]


def _triggers(channel: Channel, lead: Card, group: Card) -> list[Trigger]:
    silent, talked, keyword = Trigger.Kind.OPENED_SILENT, Trigger.Kind.TALKED_SILENT, Trigger.Kind.KEYWORD
    opening = "在看哪一款呢？尺寸、发货、保修都可以直接问我。"
    follow_up = "还有想了解的吗？留个联系方式，专人给您回电。"
    triggers = [
        Trigger(name="进线 30 秒未开口（演示）", kind=silent, seconds=30, text=opening),
        Trigger(name="聊过没留联系方式（演示）", kind=talked, seconds=180, text=follow_up, card=lead),
        Trigger(name="问到团购（演示）", kind=keyword, keywords="团购\n批发\n定制\n大量采购", card=group),
    ]
    for position, trigger in enumerate(triggers, start=1):
        trigger.position = position * 10
        trigger.save()
        trigger.channels.add(channel)
    return triggers


def _segments() -> list[models.Model]:
    left = Segment.objects.create(name="留过联系方式的客户（演示）", contact=Segment.Contact.LEFT)
    away = Segment.objects.create(name="30 天没来的 VIP（演示）", level="vip", unseen_for_days=30)
    loyal = Segment.objects.create(name="买过两次以上（演示）", orders_min=2)
    draft = Broadcast.objects.create(
        name="周五会员日（演示）",
        segment=left,
        text="{name|亲}，周五会员日全场 9 折，满 199 再减 30，当天下单有效。",
    )
    return [left, away, loyal, draft]
