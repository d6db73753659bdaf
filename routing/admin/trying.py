"""“Try the rules”: what would happen to a message, and which rule says so; nothing is stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from routing.admin.wording import (
    action_in_words,
    check_in_words,
    group_names,
    intent_names,
    step_in_words,
)
from routing.conditions import values_of
from routing.decide import decide
from routing.facts import Decision, Facts, Step
from routing.gathering import Visit, gather_facts
from routing.intent import Guess, current_recogniser
from routing.models import Channel, Rule
from routing.rulebook import Rulebook, current_rulebook
from routing.understanding import Reading, understand
from routing.vectors import question_vector

GUESSES_SHOWN = 3
WAITED_MAX = 7 * 24 * 3600


class TryRulesForm(forms.Form):
    """A message and the circumstances in which it comes."""

    text = forms.CharField(
        label=_("Customer's message"),
        max_length=2000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "autofocus": True}),
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"),
        queryset=Channel.objects.select_related("strategy", "schedule"),
        required=False,
        empty_label=str(_("Any, with the default strategy")),
        widget=UnfoldAdminSelectWidget(),
    )
    at = forms.DateTimeField(
        label=_("Time"),
        required=False,
        help_text=_("Empty: now."),
        widget=UnfoldAdminTextInputWidget(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    level = forms.ChoiceField(
        label=_("Customer level"),
        choices=[("normal", _("Not VIP")), ("vip", _("VIP"))],
        required=False,
        widget=UnfoldAdminSelectWidget(),
    )
    region = forms.CharField(label=_("region"), required=False, max_length=60, widget=UnfoldAdminTextInputWidget())
    page_url = forms.CharField(label=_("Page"), required=False, max_length=500, widget=UnfoldAdminTextInputWidget())
    waited = forms.IntegerField(
        label=_("has waited for (seconds)"),
        required=False,
        min_value=0,
        max_value=WAITED_MAX,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    misses = forms.IntegerField(
        label=_("misses in a row"), required=False, min_value=0, max_value=10, widget=UnfoldAdminIntegerFieldWidget()
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the trace, in words."""

    text: str
    fired: bool
    failed: str
    is_rule: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came out, in words."""

    decision: Decision
    facts: Facts
    reading: Reading
    reason: str
    because: str
    lines: tuple[Line, ...]
    actions: tuple[str, ...]
    guesses: tuple[tuple[str, int], ...]
    at: datetime

    @property
    def strength_percent(self) -> int:
        return round(self.reading.strength * 100)


def try_page(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The very decision that a message would get now."""
    form = TryRulesForm(request.GET or None)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": _("Try the rules"),
        "form": form,
        "trial": try_rules(form.cleaned_data) if form.is_valid() else None,
    }
    return TemplateResponse(request, "admin/routing/try_rules.html", context)


def try_rules(data: dict[str, Any]) -> Trial:
    """Decide about a message under given circumstances."""
    at = data.get("at") or timezone.now()
    waited = data.get("waited") or 0
    texts = (data["text"],)
    rulebook = current_rulebook()
    reading = understand(texts)
    visit = Visit(
        texts=texts,
        at=at,
        misses=data.get("misses") or 0,
        customer_level=data.get("level") or "normal",
        region=data.get("region") or "",
        page_url=data.get("page_url") or "",
        waiting_since=at - timedelta(seconds=waited) if waited else None,
    )
    facts = gather_facts(visit, data.get("channel") or Channel(), rulebook, reading)
    decision = decide(facts, rulebook.rules)
    groups = group_names(decision.actions)
    return Trial(
        decision=decision,
        facts=facts,
        reading=reading,
        reason=reason_in_words(decision.reason),
        because=step_in_words(decision.rule) if decision.rule else "",
        lines=_lines(decision.trace, facts, rulebook),
        actions=tuple(action_in_words(action, groups) for action in decision.actions),
        guesses=_guesses(data["text"]),
        at=at,
    )


def reason_in_words(reason: str) -> str:
    """What a reason is called; those of guarantees are told by the guarantee itself."""
    return str(dict(Rule.Reason.choices).get(reason, ""))


def _lines(trace: tuple[Step, ...], facts: Facts, rulebook: Rulebook) -> tuple[Line, ...]:
    """Every guarantee and rule, and what kept a rule from fitting."""
    names = intent_names() | dict(Channel.objects.values_list("key", "name"))
    rules = {rule.name: rule for rule in rulebook.rules}
    values = values_of(facts)
    lines = []
    for step in trace:
        failed = ""
        if step.failed:
            checks = rules[step.name].checks
            failed = next(check_in_words(check, names) for check in checks if not check.holds(values))
        text = step.name if step.is_rule else step_in_words(step.name)
        lines.append(Line(text, step.fired, failed, step.is_rule))
    return tuple(lines)


def _guesses(text: str) -> tuple[tuple[str, int], ...]:
    """The likeliest intents with their confidence in percent, whether or not it is enough."""
    names = intent_names()
    guesses: list[Guess] = current_recogniser().ranked(text, question_vector(text))
    return tuple((names.get(guess.intent, guess.intent), round(guess.confidence * 100)) for guess in guesses)[
        :GUESSES_SHOWN
    ]
