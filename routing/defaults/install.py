"""Puts what a new shop starts with into the database: once, so that nothing deleted ever comes back."""

from django.db import transaction

from routing.defaults.rows import OFFICE_HOURS, OFFICE_HOURS_NAME, RULES, STRATEGIES
from routing.defaults.texts import shipped_intents
from routing.models import Intent, IntentExample, Interval, RoutingVersion, Rule, Schedule, Strategy
from routing.version import INTENTS, bump_version
from routing.version import RULES as RULES_SUBJECT

_STEP = 10  # between rules, so that one can be put between two


def install_defaults() -> int:
    """Install what was never installed here; returns how many rows of rules and intents were made."""
    with transaction.atomic():
        made = 0
        if not RoutingVersion.objects.filter(subject=INTENTS).exists():
            made += _install_intents()
            bump_version(INTENTS)
        if not RoutingVersion.objects.filter(subject=RULES_SUBJECT).exists():
            _install_reception()
            made += _install_rules()
            bump_version(RULES_SUBJECT)
        return made


def _install_intents() -> int:
    if Intent.objects.exists():
        return 0
    sections = shipped_intents()
    Intent.objects.bulk_create(
        Intent(
            key=section.key,
            name=section.name,
            description=section.description,
            is_counter=section.is_counter,
        )
        for section in sections
    )
    rows = {intent.key: intent for intent in Intent.objects.all()}
    IntentExample.objects.bulk_create(
        IntentExample(intent=rows[section.key], text=text) for section in sections for text in section.examples
    )
    return len(sections)


def _install_reception() -> None:
    for name, mode in STRATEGIES:
        Strategy.objects.get_or_create(name=name, defaults={"mode": mode})
    schedule, is_new = Schedule.objects.get_or_create(name=OFFICE_HOURS_NAME)
    if is_new:
        starts, ends = OFFICE_HOURS
        Interval.objects.bulk_create(
            Interval(schedule=schedule, weekday=day, starts=starts, ends=ends) for day in range(5)
        )


def _install_rules() -> int:
    if Rule.objects.exists():
        return 0
    intents = {intent.key: intent for intent in Intent.objects.all()}
    for number, row in enumerate(RULES, 1):
        rule = Rule.objects.create(name=row.name, position=number * _STEP, **row.fields)
        rule.intents.set([intents[key] for key in row.intents if key in intents])
    return len(RULES)
