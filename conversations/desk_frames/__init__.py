"""Frames of the agent's socket beyond lists, threads and ownership: a file per subject, mixed into the consumer."""

from conversations.desk_frames.canned import CannedFrames
from conversations.desk_frames.cards import CardFrames
from conversations.desk_frames.facts import FactsFrames
from conversations.desk_frames.knowledge import KnowledgeFrames
from conversations.desk_frames.people import PeopleFrames
from conversations.desk_frames.suggestions import SuggestionFrames


class MoreFrames(FactsFrames, SuggestionFrames, KnowledgeFrames, PeopleFrames, CannedFrames, CardFrames):
    """All of them."""

    more_frames = (
        FactsFrames.facts_frames
        | SuggestionFrames.suggestion_frames
        | KnowledgeFrames.knowledge_frames
        | PeopleFrames.people_frames
        | CannedFrames.canned_frames
        | CardFrames.card_frames
    )


__all__ = ["MoreFrames"]
