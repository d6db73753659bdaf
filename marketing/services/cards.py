"""Cards on their way into a chat: as JSON where the platform shows cards, else as the text that replaces them."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext
from PIL import Image, UnidentifiedImageError

from conversations.models import Conversation, Message
from conversations.services.notices import push_card
from conversations.services.replies import NotYours
from cs_platform.models import User
from kb.models import Product
from marketing.models import Card
from marketing.models.card import PRODUCTS_MAX
from marketing.platform_rules import is_allowed, platform_of, rule_of

QR_PIXELS_MAX = 512
QR_BYTES_MAX = 3_000_000
QR_AREA_MAX = 40_000_000


class CardNotAllowed(Exception):
    """The platform takes neither this card nor a text in its place."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What goes out: a text, and the card where there is one."""

    text: str
    card: dict[str, Any] | None = None


def show(card: Card | None, *, platform: str, text: str = "") -> Shown | None:
    """A text with a card as a platform takes it; None when nothing is left that may be sent there."""
    may_show = card is not None and card.kind in rule_of(platform).cards
    shown_card = card_json(card) if card is not None and may_show else None
    words = [text.strip()] if text.strip() else []
    if card is not None and not may_show and card.plain_text.strip():
        words.append(card.plain_text.strip())
    if card is not None and may_show and not words:
        words.append(card.title)
    shown = Shown("\n".join(words), shown_card)
    return shown if shown.text and is_allowed(platform, shown.text) else None


def card_json(card: Card) -> dict[str, Any]:
    """The card as widgets and consoles draw it."""
    shown: dict[str, Any] = {"kind": card.kind, "id": card.pk, "title": card.title, "text": card.text}
    if card.kind == Card.Kind.LEAD:
        return {**shown, **_form(card)}
    if card.kind == Card.Kind.CONTACT:
        qr = reverse("card-qr", args=[card.pk]) + f"?v={card.qr_version}" if card.qr_version else ""
        return {
            **shown,
            "name": card.contact_name,
            "role": card.contact_role,
            "phone": card.contact_phone,
            "wechat": card.contact_wechat,
            "qr": qr,
        }
    return {**shown, "products": [product_json(one) for one in card.products.filter(is_active=True)[:PRODUCTS_MAX]]}


def product_json(product: Product) -> dict[str, Any]:
    """A product as cards show it; the price as text in yuan."""
    price = f"¥{product.price:.2f}" if product.price is not None else ""
    return {"id": product.pk, "sku": product.sku, "name": product.name, "price": price, "summary": product.summary}


def send_card(conversation: Conversation, card: Card, *, by: User, client_id: str | None = None) -> Message:
    """An agent shows a card in a chat of the agent's own; the same client id twice shows it once.

    Raises `NotYours`, or `CardNotAllowed` where the platform takes neither the card nor a text instead.
    """
    shown = show(card, platform=platform_of(conversation.channel))
    if shown is None:
        raise CardNotAllowed
    try:
        message = push_card(conversation.pk, by, text=shown.text, card=shown.card, client_id=client_id)
    except IntegrityError:
        return Message.objects.get(conversation=conversation, client_id=client_id)
    if message is None:
        raise NotYours
    return message


@transaction.atomic
def save_card(card: Card, *, qr: bytes | None = None) -> Card:
    """Store a card; of the lead cards one at most is the one for rules. Raises `ValidationError` for a bad image."""
    if qr is not None:
        card.qr_png = read_qr(qr) if qr else None
        card.qr_version = hashlib.sha256(card.qr_png).hexdigest()[:12] if card.qr_png else ""
    card.is_default = card.is_default and card.kind == Card.Kind.LEAD
    card.save()
    if card.is_default:
        Card.objects.filter(is_default=True).exclude(pk=card.pk).update(is_default=False)
    return card


def read_qr(content: bytes) -> bytes:
    """An uploaded image drawn anew as a small PNG: nothing else that was in the file is kept."""
    refused = ValidationError(gettext("This is no image that can be read. PNG or JPEG, at most 3 MB."))
    if len(content) > QR_BYTES_MAX:
        raise refused
    try:
        with Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > QR_AREA_MAX:
                raise refused
            drawn = image.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise refused from error
    drawn.thumbnail((QR_PIXELS_MAX, QR_PIXELS_MAX))
    png = io.BytesIO()
    drawn.save(png, "PNG", optimize=True)
    return png.getvalue()


def _form(card: Card) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [{"name": name, "required": must} for name, must in card.asked().items()]
    for field in fields:
        if field["name"] == "note" and card.note_label:
            field["label"] = card.note_label
    return {
        "fields": fields,
        "button": card.button,
        "consent": card.consent_text,
        "thanks": card.thanks,
        "submitted": False,
    }
