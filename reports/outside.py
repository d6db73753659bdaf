"""Facts that are not said in messages: ratings. Each comes to the episode that it belongs to, whenever it is given."""

from collections.abc import Sequence

from conversations.models import Rating
from reports.models import Episode


def apply_ratings(conversation_ids: Sequence[int]) -> set[int]:
    """Give every rating of these conversations to its episode; returns the hours in which something changed."""
    given = Rating.objects.filter(conversation_id__in=conversation_ids).order_by("pk")
    scores = list(given.values_list("conversation_id", "episode_seq", "score"))
    if not scores:
        return set()
    rated = {conversation_id for conversation_id, _, _ in scores}
    hours, found = set(), list(Episode.objects.filter(conversation_id__in=rated).only(
        "conversation_id", "start_seq", "last_seq", "rating", "hour"
    ))  # fmt: skip
    for conversation_id, episode_seq, score in scores:
        for episode in found:
            is_its = episode.conversation_id == conversation_id and episode.start_seq <= episode_seq < episode.last_seq
            if is_its and episode.rating != score:
                episode.rating = score
                episode.save(update_fields=["rating"])
                hours.add(episode.hour)
    return hours
