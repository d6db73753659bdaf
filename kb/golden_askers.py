"""Who asks a golden question, as a file says it: a channel by name or key, a product by SKU, a stage in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cs_platform.text import normalise
from kb.confidence import Stance
from kb.golden_answers import scope_of
from kb.models import Entry, Product
from kb.offers import channel_choices, facts_of_channel
from kb.scope import Scope
from kb.scope_cells import STAGE_WORDS


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, how much the AI dares there, and both in words."""

    scope: Scope
    stance: Stance
    words: str


class Askers:
    """Looks names up once per file."""

    def __init__(self) -> None:
        choices = channel_choices()
        self._channels = {name: key for key, name in choices} | {key: key for key, _name in choices}
        self._products = {sku: (number, name) for sku, number, name in Product.objects.values_list("sku", "pk", "name")}
        self._known: dict[tuple[str, str, str], Asker] = {}

    def problem(self, channel: str, sku: str, stage: str) -> str:
        """What cannot be understood of these cells; empty: nothing."""
        if channel and channel not in self._channels:
            return _("No channel is “%(text)s”. Write its name or its key.") % {"text": channel[:60]}
        if sku and sku not in self._products:
            return _("No product has the SKU “%(text)s”.") % {"text": sku[:60]}
        if stage and normalise(stage) not in STAGE_WORDS:
            return _("“%(stage)s” is no stage. There are: 售前、售中、售后.") % {"stage": stage[:20]}
        return ""

    def find(self, channel: str, sku: str, stage: str) -> Asker:
        """Who is meant by cells without a problem."""
        cells = (channel, sku, stage)
        if cells not in self._known:
            key, (product_id, product) = self._channels.get(channel, ""), self._products.get(sku, (None, ""))
            value = STAGE_WORDS[normalise(stage)] if stage else ""
            facts = facts_of_channel(key)
            words = " · ".join(filter(None, (key, product, str(Entry.Stage(value).label) if value else "")))
            self._known[cells] = Asker(scope_of(key, product_id, value, facts), facts.stance, words)
        return self._known[cells]
