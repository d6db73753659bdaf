"""The figures, each one a function, its docstring the definition that stands beside the number.

All of them classify facts at the moment `now`: nothing here is stored with an episode. Each engaged episode of the
AI's cohort is in exactly one of `OUTCOMES`, so the shares add up to 100 %.
"""

from datetime import datetime, timedelta

from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from reports.figures import Figure, figure, rate
from reports.models import Episode

# The channel's strategy never gave them to the AI, or an agent opened a closed chat again.
PEOPLE_FIRST = ("ai_disabled", "person_first", "vip", "reopened")
SILENCE = timedelta(hours=24)
DURABLE = timedelta(days=7)
BACK_SECONDS = 72 * 3600
DURABLE_SECONDS = 7 * 24 * 3600


@figure("conversations", _("Number of conversations"))
def conversations(now: datetime) -> Q:
    """Service episodes: from the first word until the chat is closed. The next word of the customer opens another one.
    Chats that were only opened, and those that the shop began, count too."""
    return Q()


@figure("proactive_only", _("Only the shop wrote"))
def proactive_only(now: datetime) -> Q:
    """Episodes begun by a broadcast or a wake-up to which the customer never replied. They are in no rate below."""
    return Q(origin=Episode.Origin.PROACTIVE, customer_messages=0)


@figure("engaged", _("Customers who wrote"))
def engaged(now: datetime) -> Q:
    """Episodes with at least one message of the customer."""
    return Q(customer_messages__gt=0)


@figure("leads", _("Left contact"))
def leads(now: datetime) -> Q:
    """Episodes in which the customer wrote and left a new, valid contact: phone, WeChat or e-mail."""
    return Q(customer_messages__gt=0, lead_at__isnull=False)


@figure("ai_cohort", _("With the AI's part"))
def ai_cohort(now: datetime) -> Q:
    """Episodes in which the AI replied to the customer, or a person was called or stepped in. Channels where people
    answer from the start are left out. This is the whole of which the shares below are parts."""
    return Q(customer_messages__gt=0) & (
        Q(first_ai_at__isnull=False) | _with_people() & ~Q(handoff_reason="ai_disabled")
    )


@figure("called", _("Person called or stepped in"))
def called(now: datetime) -> Q:
    """Of the AI's episodes those that were handed over, by a rule or at the customer's wish, or taken over by an
    agent, whether or not a person came in time."""
    return ai_cohort.rows(now) & _with_people()


@figure("asked_for_person", _("Customer asked for a person"))
def asked_for_person(now: datetime) -> Q:
    """Of the AI's episodes those handed over because the customer asked for a person."""
    return ai_cohort.rows(now) & Q(handoff_reason="customer_request")


@figure("handed_over", _("Handed to people"))
def handed_over(now: datetime) -> Q:
    """Of the AI's episodes those that a person joined, or that became a ticket. This wins over everything else: what a
    person touched is never counted as solved by the AI."""
    return ai_cohort.rows(now) & _reached_people()


@figure("abandoned", _("Left in the queue"))
def abandoned(now: datetime) -> Q:
    """Of the AI's episodes those in which a person was called and nobody came before the chat was closed or silent for
    24 hours."""
    return ai_cohort.rows(now) & _called_in_vain() & _is_over(now)


@figure("resolved", _("Solved by the AI"))
def resolved(now: datetime) -> Q:
    """Of the AI's episodes those whose last word was an answer of the AI, with no person called or involved, closed or
    silent for 24 hours, not rated 1 or 2, and the customer did not come back within 72 hours. Silence is a claim:
    confirmed and durable say how much of it holds."""
    return ai_cohort.rows(now) & ~_with_people() & Q(ticket_at__isnull=True) & _is_over(now) & _looks_solved()


@figure("confirmed", _("Solved and confirmed"))
def confirmed(now: datetime) -> Q:
    """Of the solved ones those in which the customer thanked the AI or said that it is fine, or gave 4 or 5 stars."""
    return resolved.rows(now) & (Q(confirmed_at__isnull=False) | Q(rating__gte=4))


@figure("durable", _("Solved for good"))
def durable(now: datetime) -> Q:
    """Of the solved ones those that ended more than 7 days ago, and the customer did not come back within these 7
    days. Younger ones cannot be durable yet."""
    stayed_away = Q(back_after_seconds__isnull=True) | Q(back_after_seconds__gt=DURABLE_SECONDS)
    return resolved.rows(now) & Q(ended_at__lte=now - DURABLE) & stayed_away


@figure("unresolved", _("Not solved"))
def unresolved(now: datetime) -> Q:
    """Of the AI's episodes those that ended with the AI alone and without a solution: the AI did not know or only asked
    back, the last question got no reply, the customer gave 1 or 2 stars or came back within 72 hours."""
    alone = ai_cohort.rows(now) & ~_with_people() & Q(ticket_at__isnull=True)
    return alone & _is_over(now) & ~_looks_solved()


@figure("still_open", _("Still open"))
def still_open(now: datetime) -> Q:
    """Of the AI's episodes those that are neither closed nor silent for 24 hours, and with no person yet: what becomes
    of them is not known."""
    return ai_cohort.rows(now) & ~_reached_people() & ~_is_over(now)


@figure("rated", _("Rated"))
def rated(now: datetime) -> Q:
    """Episodes that the customer rated; rating again replaces the score."""
    return Q(rating__isnull=False)


@figure("positive", _("4 or 5 stars"))
def positive(now: datetime) -> Q:
    """Episodes rated 4 or 5."""
    return Q(rating__gte=4)


@figure("negative", _("1 or 2 stars"))
def negative(now: datetime) -> Q:
    """Episodes rated 1 or 2."""
    return Q(rating__lte=2)


@figure("ordered", _("Followed by an order"))
def ordered(now: datetime) -> Q:
    """Episodes in which the customer wrote, and after which the customer paid an order within 7 days. An order counts
    for the last episode before its payment, and only for that one."""
    return Q(customer_messages__gt=0, order_count__gt=0)


OUTCOMES: tuple[Figure, ...] = (resolved, handed_over, abandoned, unresolved, still_open)


def outcome(now: datetime) -> Case:
    """The key of the outcome that an episode has, for lists; empty outside the AI's cohort."""
    return Case(*(When(one.rows(now), then=Value(one.key)) for one in OUTCOMES), default=Value(""))


@rate("engaged_rate", _("Share that wrote"), of=conversations)
def engaged_rate() -> Figure:
    """Episodes in which the customer wrote ÷ all episodes."""
    return engaged


@rate("lead_rate", _("Lead rate"), of=engaged)
def lead_rate() -> Figure:
    """Episodes in which the customer left a new contact ÷ episodes in which the customer wrote."""
    return leads


@rate("resolved_rate", _("Solved by the AI alone"), of=ai_cohort)
def resolved_rate() -> Figure:
    """Episodes solved by the AI, no person called or involved ÷ episodes in which the AI replied or a person was
    called. Those still open are in the whole, so a young day begins low."""
    return resolved


@rate("takeover_rate", _("Takeover rate"), of=ai_cohort)
def takeover_rate() -> Figure:
    """Episodes in which a person was called or stepped in ÷ episodes in which the AI replied or a person was called."""
    return called


@rate("abandoned_rate", _("Left in the queue, share"), of=called)
def abandoned_rate() -> Figure:
    """Of those for whom a person was called, the share for whom nobody came."""
    return abandoned


@rate("positive_rate", _("Satisfaction"), of=rated)
def positive_rate() -> Figure:
    """Ratings of 4 or 5 stars ÷ all ratings."""
    return positive


@rate("conversion_rate", _("Conversion rate"), of=engaged)
def conversion_rate() -> Figure:
    """Episodes followed by a paid order within 7 days ÷ episodes in which the customer wrote."""
    return ordered


def _with_people() -> Q:
    return Q(handoff_at__isnull=False) | Q(joined_at__isnull=False)


def _reached_people() -> Q:
    return Q(joined_at__isnull=False) | Q(ticket_at__isnull=False)


def _called_in_vain() -> Q:
    return Q(handoff_at__isnull=False, joined_at__isnull=True, ticket_at__isnull=True)


def _is_over(now: datetime) -> Q:
    return Q(closed_at__isnull=False) | Q(ended_at__lte=now - SILENCE)


def _looks_solved() -> Q:
    """Null-safe in both directions: each condition has a definite answer for every row, so its negation holds else."""
    return (
        Q(last_decision="answer")
        & (Q(waiting_since__isnull=True) | Q(confirmed_at__isnull=False))
        & (Q(rating__isnull=True) | Q(rating__gt=2))
        & (Q(back_after_seconds__isnull=True) | Q(back_after_seconds__gt=BACK_SECONDS))
    )
