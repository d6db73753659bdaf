"""A customer who is led through a decision tree, as far as tests need it."""

from conversations.models import Conversation, Message
from conversations.services.turn import take_turn
from conversations.walks import option_id
from tests import factories


class Led:
    """One customer in one conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation

    def says(self, text: str, **fields: object) -> Message:
        """What the customer writes, and what is answered."""
        factories.write(self.conversation, text, **fields)
        factories.settle(self.conversation)
        take_turn(self.conversation.pk)
        self.conversation.refresh_from_db()
        return self.last()

    def clicks(self, label: str) -> Message:
        """An option of the newest message that offers it."""
        chosen = self.option(label)
        return self.says(label, chosen_option=chosen)

    def option(self, label: str) -> str:
        offers = (
            Message.objects.filter(conversation=self.conversation).order_by("-seq").values_list("options", flat=True)
        )
        return next(one["id"] for options in offers for one in options if one["text"] == label)

    def last(self) -> Message:
        message = Message.objects.filter(conversation=self.conversation).public().order_by("-seq").first()
        assert message is not None
        return message

    def notes(self) -> list[str]:
        return list(
            Message.objects.filter(conversation=self.conversation, is_private=True).values_list("text", flat=True)
        )


def foreign_option(step: str, place: int = 0) -> str:
    """An option of a walk that nobody knows."""
    return option_id("0123456789abcdef", step, place)
