"""Rules, decisions and what was looked at, in the words of the people who run the shop."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from routing.conditions import Check
from routing.facts import Action
from routing.models import Intent, Rule, SkillGroup, Strategy
from routing.rulebook import spec_of

_SUBJECTS: dict[str, str | Promise] = {
    "channel": gettext_lazy("channel"),
    "hours": gettext_lazy("service hours"),
    "clock": gettext_lazy("time of day"),
    "intent": gettext_lazy("intent"),
    "feeling": gettext_lazy("feeling"),
    "anger": gettext_lazy("feeling"),
    "said": gettext_lazy("words in the message"),
    "customer_level": gettext_lazy("customer level"),
    "region": gettext_lazy("regions"),
    "page_url": gettext_lazy("page address contains"),
    "waiting_seconds": gettext_lazy("has waited for (seconds)"),
    "misses": gettext_lazy("misses in a row"),
    "entry_category": gettext_lazy("category of the answer"),
}
GUARANTEES: dict[str, str | Promise] = {
    "channel without AI": gettext_lazy("The strategy has no AI"),
    "customer asks for a person": gettext_lazy("The customer asks for a person"),
    "negative feeling": gettext_lazy("The customer is upset"),
    "waited too long": gettext_lazy("The customer has waited too long"),
    "knowledge entry asks for a person": gettext_lazy("The knowledge entry asks for a person"),
    "too many misses in a row": gettext_lazy("The AI could not answer several times in a row"),
}


def subject_in_words(subject: str) -> str:
    return str(_SUBJECTS.get(subject, subject))


def step_in_words(name: str) -> str:
    """A guarantee's or the strategy's name; a rule's is the shop's own."""
    if name.startswith("strategy "):
        return str(_("Strategy: %(mode)s") % {"mode": Strategy.Mode(name.removeprefix("strategy ")).label})
    return str(GUARANTEES.get(name, name))


def checks_in_words(rule: Rule) -> str:
    """The conditions of a rule as one line."""
    names = {intent.key: intent.name for intent in rule.intents.all()}
    names |= {channel.key: channel.name for channel in rule.channels.all()}
    parts = [check_in_words(check, names) for check in spec_of(rule).checks]
    return _join(parts) or _("Every message")


def check_in_words(check: Check, names: Mapping[str, str]) -> str:
    return _("%(subject)s: %(value)s") % {"subject": subject_in_words(check.subject), "value": _wanted(check, names)}


def actions_in_words(rule: Rule) -> str:
    """What a rule does as one line."""
    parts = [rule.get_answerer_display()] if rule.answerer else []
    groups = {group.pk: group.name for group in (rule.group, rule.notify_group) if group}
    parts += [action_in_words(action, groups) for action in spec_of(rule).actions]
    if rule.is_final:
        parts.append(_("stop here"))
    return _join(parts)


def action_in_words(action: Action, groups: Mapping[int, str]) -> str:
    group = groups.get(int(action.value), "?") if action.kind in ("group", "notify_group") else ""
    texts = {
        "group": _("Assign to “%(name)s”") % {"name": group},
        "notify_group": _("Notify “%(name)s”") % {"name": group},
        "notify_duty": _("Notify who is on duty"),
        "priority": _("Place in the queue: %(name)s") % {"name": _priority(action.value)},
        "tag": _("Tag “%(name)s”") % {"name": action.value},
        "card": _("Ask for contact details"),
    }
    return texts[action.kind]


def group_names(actions: Iterable[Action]) -> dict[int, str]:
    """The names of the groups that actions mention."""
    wanted = [action.value for action in actions if action.kind in ("group", "notify_group")]
    return dict(SkillGroup.objects.filter(pk__in=wanted).values_list("pk", "name"))


def intent_names() -> dict[str, str]:
    return dict(Intent.objects.values_list("key", "name"))


def _join(parts: Iterable[str]) -> str:
    """Parts of a line, set apart as the language does it."""
    line = ""
    for part in parts:
        line = _("%(one)s; %(other)s") % {"one": line, "other": part} if line else part
    return line


def _priority(value: Any) -> str:
    names = dict(Rule._meta.get_field("priority").flatchoices)
    return str(names.get(int(value), value)) if str(value).isdigit() else ""


def _wanted(check: Check, names: Mapping[str, str]) -> str:
    value = check.wanted
    if check.subject == "clock":
        return "–".join(time_format(clock, "H:i") for clock in value)
    if check.subject == "hours":
        return str(Rule.Hours(value).label)
    if check.subject == "anger":
        return str(Rule.Feeling.STRONG.label)
    if check.subject == "feeling":
        return str(Rule.Feeling(value).label)
    if check.subject == "customer_level":
        return str((Rule.Level.VIP if check.operator == "is_not" else Rule.Level.NORMAL).label)
    if check.operator == "contains_all":
        return " + ".join(value)
    if isinstance(value, tuple):
        return " / ".join(names.get(item, item) for item in value)
    if check.operator == "at_least":
        return _("%(count)s or more") % {"count": value}
    return str(value)
