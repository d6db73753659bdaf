"""What knowledge may be scoped by: the channels there are, and the levels of customers."""

from django.utils.translation import gettext as _

from conversations.models import Customer
from kb.offers import offer_channels, offer_levels
from routing.models import Channel


def channels() -> list[tuple[str, str]]:
    """Every channel by its key, then the kinds of which there are several."""
    rows = list(Channel.objects.order_by("name").values_list("key", "name", "kind"))
    kinds = [kind for _key, _name, kind in rows]
    names = dict(Channel.Kind.choices)
    several = sorted({kind for kind in kinds if kinds.count(kind) > 1})
    named = [(kind, _("all of the kind: %(kind)s") % {"kind": names.get(kind, kind)}) for kind in several]
    return [(key, name) for key, name, _kind in rows] + named


offer_channels(channels)
offer_levels(lambda: [(value, str(label)) for value, label in Customer.Level.choices])
