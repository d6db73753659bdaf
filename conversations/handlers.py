"""What conversations does after an event of its own: tell the knowledge base what customers thought, call people."""

from conversations.events import PersonNeeded, RatingGiven
from conversations.models import Rating
from conversations.services.calling import call
from conversations.services.gap_signals import note_rating
from cs_platform.events import on


def note_rating_given(event: RatingGiven) -> None:
    """A bad rating puts the AI's last answer on the list of pending knowledge."""
    if rating := Rating.objects.filter(pk=event.rating_id).first():
        note_rating(rating)


def call_people_needed(event: PersonNeeded) -> None:
    """A step of the escalation ladder is reached."""
    call(event)


on(RatingGiven, note_rating_given)
on(PersonNeeded, call_people_needed)
