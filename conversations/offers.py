"""What knowledge may be scoped by: the channels there are, and the levels of customers."""

from django.utils.translation import gettext as _

from conversations.models import Customer, Message
from kb.confidence import stance_of
from kb.offers import ChannelFacts, offer_channel_facts, offer_channel_names, offer_channels, offer_levels
from kb.phrasings import offer_asked
from routing.models import Channel

ASKED_MAX = 300


def channels() -> list[tuple[str, str]]:
    """Every channel by its key, then the kinds of which there are several."""
    rows = list(Channel.objects.order_by("name").values_list("key", "name", "kind"))
    kinds = [kind for _key, _name, kind in rows]
    names = dict(Channel.Kind.choices)
    several = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    named = [(kind, _("all of the kind: %(kind)s") % {"kind": names.get(kind, kind)}) for kind in several]
    return [(key, name) for key, name, _kind in rows] + named


def asked(entry_id: int) -> list[str]:
    """What customers wrote that this entry answered, the newest first."""
    replies = Message.objects.filter(entry=entry_id, sender=Message.Sender.AI, answers_seq__isnull=False)
    turns = replies.order_by("-pk").values_list("conversation_id", "answers_seq")[:ASKED_MAX]
    known = [(number, seq) for number, seq in turns if seq is not None]
    rows = Message.objects.from_customer().filter(
        conversation__in={number for number, _seq in known}, seq__in={seq for _number, seq in known}
    )
    texts = {(number, seq): text for number, seq, text in rows.values_list("conversation_id", "seq", "text")}
    return [texts[turn] for turn in known if texts.get(turn)]


def facts_of(key: str) -> ChannelFacts | None:
    """What a golden question, or one that is tried, should know of this channel."""
    found = Channel.objects.select_related("strategy").filter(key=key).first()
    return ChannelFacts(found.kind, stance_of(found.reception.stance)) if found else None


offer_channels(channels)
offer_channel_names(lambda: [*Channel.objects.values_list("key", flat=True), *Channel.Kind.values])
offer_channel_facts(facts_of)
offer_asked(asked)
offer_levels(lambda: [(value, str(label)) for value, label in Customer.Level.choices])
