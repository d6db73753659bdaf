"""Cards as JSON, in the place of an agent, and QR codes that hold nothing but a picture."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image

from conversations.models import Conversation, Message
from conversations.services.handover import take_over
from conversations.services.replies import NotYours
from cs_platform.models import User
from kb.models import Product
from marketing.models import Card
from marketing.services.cards import CardNotAllowed, card_json, read_qr, save_card, send_card, show
from routing.models import Channel
from tests.marketing.shop import make_card, picture

pytestmark = pytest.mark.django_db


def test_a_lead_card_asks_in_order() -> None:
    card = make_card(ask_wechat="optional", ask_note="required", note_label="想买多少")
    assert card_json(card)["fields"] == [
        {"name": "name", "required": False},
        {"name": "phone", "required": True},
        {"name": "wechat", "required": False},
        {"name": "note", "required": True, "label": "想买多少"},
    ]


def test_a_product_card_shows_three_at_most_and_none_off_sale() -> None:
    card = make_card(kind="product", title="猜你喜欢")
    for number in range(4):
        product = Product.objects.create(sku=f"s{number}", name=f"灯{number}", price="19.90", is_active=number > 0)
        card.products.add(product)
    products = card_json(card)["products"]
    assert [(one["name"], one["price"]) for one in products] == [
        ("灯1", "¥19.90"),
        ("灯2", "¥19.90"),
        ("灯3", "¥19.90"),
    ]


def test_an_agent_sends_it_once_per_client_id(conversation: Conversation, agent: User) -> None:
    take_over(conversation.pk, agent)
    card = make_card(title="留个电话")
    first = send_card(conversation, card, by=agent, client_id="a")
    assert send_card(conversation, card, by=agent, client_id="a") == first
    assert (first.sender, first.text) == ("agent", "留个电话")
    assert Message.objects.filter(sender="agent").count() == 1


def test_not_in_the_chat_of_a_colleague(conversation: Conversation, agent: User, agent2: User) -> None:
    take_over(conversation.pk, agent2)
    with pytest.raises(NotYours):
        send_card(conversation, make_card(), by=agent)
    assert not Message.objects.filter(sender="agent").exists()


def test_not_where_the_platform_forbids_it(conversation: Conversation, agent: User) -> None:
    Channel.objects.update(kind="douyin")
    take_over(conversation.pk, agent)
    conversation.channel.refresh_from_db()
    with pytest.raises(CardNotAllowed):
        send_card(conversation, make_card(plain_text="加微信 abc12345"), by=agent)


def test_a_text_and_a_card_go_together() -> None:
    shown = show(make_card(title="登记"), platform="web", text="可以的")
    assert shown is not None and shown.card is not None
    assert (shown.text, shown.card["title"]) == ("可以的", "登记")


def test_one_card_is_for_rules() -> None:
    first = save_card(Card(name="a", title="a", is_default=True))
    second = save_card(Card(name="b", title="b", is_default=True))
    first.refresh_from_db()
    assert (first.is_default, Card.objects.for_rules()) == (False, second)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_qr_code_is_drawn_anew_and_small(kind: str) -> None:
    with Image.open(io.BytesIO(read_qr(picture(kind) + b"<script>alert(1)</script>"))) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (512, 512))
    assert b"script" not in read_qr(picture(kind) + b"<script>")


@pytest.mark.parametrize("content", [b"", b"<svg onload=alert(1)>", b"%PDF-1.7", b"GIF89a"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        read_qr(content)


def test_the_picture_is_there_for_any_site(client: Client) -> None:
    card = save_card(Card(name="a", title="a", kind="contact"), qr=picture())
    answer = client.get(card_json(card)["qr"])
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_card_without_a_picture(client: Client) -> None:
    assert client.get(f"/cards/{make_card().pk}/qr.png").status_code == 404
