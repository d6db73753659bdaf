"""The shop speaks first: to silent visitors, and with a card when a word, an intent or a rule asks for one."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from conversations.models import Conversation, Customer, Message
from conversations.services.notices import Notice, post_notice, speak_first
from conversations.services.presence import is_present
from cs_platform.chinese import simplified
from cs_platform.due import set_due
from marketing.models import Card, Trigger, TriggerFiring
from marketing.platform_rules import is_window_open, platform_of
from marketing.quiet import is_within
from marketing.services.cards import Shown, show
from marketing.services.leads import has_contact
from marketing.waking import Later, Silence, Wake, WakingRule, choose_wake_up
from marketing.zones import zone_of

WAKE = "marketing.wake"

Kind = Trigger.Kind


class _ChangedMeanwhile(Exception):
    """Somebody wrote in this very moment; nothing is kept."""


def arm_wake_up(conversation_id: int, *, since: datetime | None = None) -> None:
    """Look again once the shortest silence that any trigger waits for is over: since the last word, or `since`."""
    conversation = Conversation.objects.filter(pk=conversation_id).only("channel_id", "last_message_at").first()
    if conversation is None:
        return
    rules = waking_rules(conversation.channel_id)
    if rules:
        wait = timedelta(seconds=min(rule.seconds for rule, _ in rules))
        set_due(WAKE, conversation_id, (since or conversation.last_message_at) + wait)


def wake_up(conversation_id: int) -> None:
    """Speak to a silent visitor if a trigger wants it now; look again later if one may want it then."""
    conversation = _load(conversation_id)
    if conversation is None:
        return
    rules = waking_rules(conversation.channel_id)
    now, zone = timezone.now(), zone_of(conversation.channel)
    choice = choose_wake_up(silence_of(conversation, rules), [rule for rule, _ in rules], now, zone)
    if isinstance(choice, Later):
        set_due(WAKE, conversation_id, choice.at)
    elif isinstance(choice, Wake):
        trigger = next(trigger for rule, trigger in rules if rule.id == choice.trigger_id)
        if fire(trigger, conversation) is not None:
            arm_wake_up(conversation_id)


def react_to_turn(conversation_id: int, seq: int, *, decision: str, intent: str) -> None:
    """After the AI's turn: the first trigger that fits its words or intent speaks, else a rule's card is shown."""
    conversation = _load(conversation_id)
    if conversation is None or decision == "handoff":
        return
    triggers = Trigger.objects.active(conversation.channel_id).filter(kind__in=[Kind.KEYWORD, Kind.INTENT])
    said = _said(conversation_id, seq) if any(trigger.kind == Kind.KEYWORD for trigger in triggers) else ""
    for trigger in triggers.prefetch_related("intents").select_related("card"):
        if _fits(trigger, said, intent) and _is_open(trigger, conversation) and fire(trigger, conversation):
            return
    if _asks_for_card(conversation_id, seq):
        show_rule_card(conversation)


def fire(trigger: Trigger, conversation: Conversation) -> TriggerFiring | None:
    """Say what a trigger says, once per episode; None when it did already, may not, or somebody wrote meanwhile."""
    shown = show(trigger.card, platform=platform_of(conversation.channel), text=trigger.text)
    if shown is None:
        return None
    try:
        with transaction.atomic():
            firing, is_new = TriggerFiring.objects.get_or_create(
                trigger=trigger,
                conversation=conversation,
                episode_seq=conversation.episode_seq,
                defaults={"customer_id": conversation.customer_id},
            )
            if not is_new:
                return None
            firing.message = _say(conversation, shown, {"decision": "wake_up", "trigger": trigger.pk})
            firing.save(update_fields=["message"])
            return firing
    except _ChangedMeanwhile:
        return None


def show_rule_card(conversation: Conversation) -> Message | None:
    """The lead card that rules and strategies ask for; once per episode, and not to who left contact already."""
    card = Card.objects.for_rules()
    if card is None or has_contact(conversation.customer):
        return None
    earlier = Message.objects.filter(conversation=conversation, seq__gt=conversation.episode_seq)
    if earlier.filter(decision__decision="card", decision__card=card.pk).exists():
        return None
    shown = show(card, platform=platform_of(conversation.channel))
    try:
        with transaction.atomic():
            return _say(conversation, shown, {"decision": "card", "card": card.pk}) if shown else None
    except _ChangedMeanwhile:
        return None


def waking_rules(channel_id: int) -> list[tuple[WakingRule, Trigger]]:
    """The channel's triggers that wait for silence."""
    return [
        (
            WakingRule(
                id=trigger.pk,
                after_talking=trigger.kind == Kind.TALKED_SILENT,
                seconds=trigger.seconds,
                hours_from=trigger.hours_from,
                hours_until=trigger.hours_until,
                limit_count=trigger.limit_count,
            ),
            trigger,
        )
        for trigger in Trigger.objects.active(channel_id).waking().select_related("card")
    ]


def silence_of(conversation: Conversation, rules: list[tuple[WakingRule, Trigger]]) -> Silence:
    """What is known about a conversation in which nobody writes."""
    customer = conversation.customer
    fired = TriggerFiring.objects.filter(conversation=conversation, episode_seq=conversation.episode_seq)
    return Silence(
        since=conversation.last_message_at,
        has_talked=conversation.customer_seq > conversation.episode_seq,
        is_with_ai=conversation.owner == Conversation.Owner.AI,
        is_answered=conversation.answered_seq >= conversation.customer_seq,
        is_present=_is_reachable(conversation),
        has_contact=has_contact(customer),
        has_opted_out=customer.marketing_consent == Customer.Consent.REFUSED or customer.is_blocked,
        fired=frozenset(fired.values_list("trigger_id", flat=True)),
        counts=_counts(conversation.customer_id, [trigger for _, trigger in rules]),
    )


def _counts(customer_id: int, triggers: list[Trigger]) -> dict[int, int]:
    """How often each trigger spoke to this customer within its own days; one query."""
    now, lately = timezone.now(), Q()
    for trigger in triggers:
        lately |= Q(trigger=trigger, created_at__gte=now - timedelta(days=trigger.limit_days))
    if not triggers:
        return {}
    rows = TriggerFiring.objects.filter(lately, customer_id=customer_id).order_by()
    return dict(rows.values_list("trigger").annotate(Count("pk")))


def _is_reachable(conversation: Conversation) -> bool:
    """A browser must still be there; a messaging platform must still take what the shop writes."""
    platform = platform_of(conversation.channel)
    if platform == "web":
        return is_present(conversation.pk)
    last = Message.objects.filter(conversation=conversation, seq=conversation.customer_seq).from_customer().first()
    return is_window_open(platform, last.created_at if last else None, timezone.now())


def _load(conversation_id: int) -> Conversation | None:
    rows = Conversation.objects.select_related("customer", "channel__schedule", "channel__strategy")
    return rows.filter(pk=conversation_id).first()


def _say(conversation: Conversation, shown: Shown, why: dict[str, object]) -> Message:
    reception = conversation.channel.reception
    if reception.is_ai_enabled:
        message = speak_first(conversation, Notice(shown.text, why, card=shown.card, name=reception.ai_label))
    else:
        name = conversation.channel.display_title
        message = post_notice(conversation.pk, Notice(shown.text, why, card=shown.card, name=name))
    if message is None:
        raise _ChangedMeanwhile
    return message


def _said(conversation_id: int, seq: int) -> str:
    """What the customer wrote since the answer before the one to message `seq`."""
    rows = Message.objects.filter(conversation_id=conversation_id, answers_seq__lt=seq).order_by("-answers_seq")
    before = rows.values_list("answers_seq", flat=True).first() or 0
    said = Message.objects.filter(conversation_id=conversation_id, seq__gt=before, seq__lte=seq).from_customer()
    return simplified(" ".join(said.values_list("text", flat=True)).lower())


def _fits(trigger: Trigger, said: str, intent: str) -> bool:
    if trigger.kind == Kind.KEYWORD:
        return any(word in said for word in trigger.words())
    return bool(intent) and any(intent == one.key for one in trigger.intents.all())


def _is_open(trigger: Trigger, conversation: Conversation) -> bool:
    """Within its hours and limits, and no question for contact details to who left them."""
    clock = timezone.now().astimezone(zone_of(conversation.channel)).time()
    if trigger.hours_from and trigger.hours_until and not is_within(clock, trigger.hours_from, trigger.hours_until):
        return False
    is_lead_card = trigger.card is not None and trigger.card.kind == Card.Kind.LEAD
    if is_lead_card and has_contact(conversation.customer):
        return False
    return _counts(conversation.customer_id, [trigger]).get(trigger.pk, 0) < trigger.limit_count


def _asks_for_card(conversation_id: int, seq: int) -> bool:
    rows = Message.objects.filter(conversation_id=conversation_id, answers_seq=seq)
    why = rows.values_list("decision", flat=True).first() or {}
    return any(action.get("kind") == "card" for action in why.get("actions", []))
