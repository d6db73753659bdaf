"""What other apps tell reports: something about an episode changed that no message says."""

from conversations.events import RatingGiven
from reports.building import build_episodes


def note_rating(event: RatingGiven) -> None:
    build_episodes([event.conversation_id])
