"""What a routing decision leaves on a conversation: tags, and a place further ahead in the queue."""

from collections.abc import Sequence

from conversations.models import Conversation
from routing.facts import Action

TAGS_MAX = 20


def mark(conversation: Conversation, actions: Sequence[Action]) -> bool:
    """Put tags and priority on a conversation in memory; True when something changed and must be saved.

    A priority only ever rises here: what one message made urgent, the next friendly one does not undo.
    """
    before = (conversation.priority, list(conversation.tags))
    for action in actions:
        if action.kind == "priority":
            conversation.priority = max(conversation.priority, int(action.value))
        elif action.kind == "tag" and action.value not in conversation.tags and len(conversation.tags) < TAGS_MAX:
            conversation.tags = [*conversation.tags, action.value]
    return before != (conversation.priority, conversation.tags)
