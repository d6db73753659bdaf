"""What conversations does after an event of its own: tell the knowledge base what customers thought."""

from conversations.events import RatingGiven
from conversations.models import Rating
from conversations.services.gap_signals import note_rating
from cs_platform.events import on


def note_rating_given(event: RatingGiven) -> None:
    """A bad rating puts the AI's last answer on the list of pending knowledge."""
    if rating := Rating.objects.filter(pk=event.rating_id).first():
        note_rating(rating)


on(RatingGiven, note_rating_given)
