"""What the console asks for beside lists and threads: contacts, colleagues, canned replies, cards, knowledge."""

import uuid

import pytest

from conversations.models import CannedReply, Conversation, Message, WrongReply
from conversations.services.feedback import rate_service
from conversations.services.handover import take_over
from conversations.services.turn import take_turn
from cs_platform.models import AuditEntry, User
from kb.models import Proposal
from marketing.models import Card
from routing.models import Agent, SkillGroup
from tests.conversations.desks import seat
from tests.factories import make_entry, settle, write
from tests.sockets import desk, in_thread

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def test_a_phone_is_masked_until_somebody_looks_and_that_is_kept(conversation: Conversation, agent: User) -> None:
    conversation.customer.phone = "13812345678"
    await conversation.customer.asave()
    async with desk(agent) as console:
        await console.say("facts", conversation=conversation.pk)
        assert (await console.hear("facts"))["customer"]["phone"] == "138****5678"
        await console.say("reveal", conversation=conversation.pk, field="phone")
        assert (await console.hear("contact"))["value"] == "13812345678"
    entry = await AuditEntry.objects.select_related("actor").aget()
    assert (entry.action, entry.actor, entry.details["field"]) == ("customer.contact_shown", agent, "phone")


async def test_nothing_but_contacts_can_be_shown(conversation: Conversation, agent: User) -> None:
    async with desk(agent) as console:
        await console.say("reveal", conversation=conversation.pk, field="note")
        assert (await console.hear("error"))["code"] == "bad_frame"
    assert not await AuditEntry.objects.aexists()


async def test_colleagues_and_groups_with_who_is_there(conversation: Conversation, agent: User, agent2: User) -> None:
    await in_thread(seat)(agent2)
    await in_thread(take_over)(conversation.pk, agent2)
    group = await SkillGroup.objects.acreate(name="售后")
    await group.agents.aadd(await Agent.objects.aget(user=agent2))
    async with desk(agent) as console:
        await console.say("colleagues")
        frame = await console.hear("colleagues")
    jun = next(one for one in frame["agents"] if one["id"] == agent2.pk)
    assert (jun["presence"], jun["load"], jun["capacity"]) == ("online", 1, 5)
    assert [(one["name"], one["present"]) for one in frame["groups"]] == [("售后", 1)]


async def test_an_agent_may_ask_to_be_given_chats(agent: User) -> None:
    async with desk(agent) as console:
        await console.say("automatic", is_on=True)
        await console.hear("automatic", is_on=True)
        await console.say("automatic", is_on="yes")
        assert (await console.hear("error"))["code"] == "bad_frame"
    assert (await Agent.objects.aget(user=agent)).accepts_automatically


async def test_all_consoles_of_an_agent_show_the_same_switch(agent: User) -> None:
    async with desk(agent) as console, desk(agent) as second:
        await console.say("presence", status="away")
        await second.hear("presence", status="away")
        await console.say("automatic", is_on=True)
        await second.hear("automatic", is_on=True)


async def test_canned_replies_of_all_of_the_group_and_ones_own(agent: User, agent2: User) -> None:
    mine = await SkillGroup.objects.acreate(name="售后")
    await mine.agents.aadd(await Agent.objects.acreate(user=agent))
    theirs = await SkillGroup.objects.acreate(name="售前")
    for title, fields in {
        "all": {},
        "mine": {"owner": agent},
        "other's": {"owner": agent2},
        "group": {"group": mine},
        "other group": {"group": theirs},
        "retired": {"is_active": False},
    }.items():
        await CannedReply.objects.acreate(title=title, text="…", **fields)
    async with desk(agent) as console:
        await console.say("canned")
        assert [one["title"] for one in (await console.hear("canned"))["items"]] == ["all", "group", "mine"]


async def test_an_agent_keeps_and_throws_away_only_own_ones(agent: User) -> None:
    shared = await CannedReply.objects.acreate(title="all", text="…")
    async with desk(agent) as console:
        await console.say("canned_save", title="催单", text="{name}，已催", shortcut="/cd")
        own = next(one for one in (await console.hear("canned"))["items"] if one["is_own"])
        assert (own["title"], own["shortcut"]) == ("催单", "cd")
        await console.say("canned_forget", id=own["id"])
        assert [one["id"] for one in (await console.hear("canned"))["items"]] == [shared.pk]
        await console.say("canned_forget", id=shared.pk)
        assert (await console.hear("error"))["code"] == "not_found"


async def test_a_card_goes_out_in_own_chats_only(conversation: Conversation, agent: User, agent2: User) -> None:
    card = await Card.objects.acreate(name="留资", title="留个联系方式", kind="lead")
    await in_thread(take_over)(conversation.pk, agent)
    client_id = str(uuid.uuid4())
    async with desk(agent) as console, desk(agent2) as other:
        await console.say("cards", conversation=conversation.pk)
        assert [one["name"] for one in (await console.hear("cards"))["items"]] == ["留资"]
        for _ in range(2):
            await console.say("card", conversation=conversation.pk, card=card.pk, client_id=client_id)
            await console.hear("ack", client_id=client_id)
        await other.say("card", conversation=conversation.pk, card=card.pk, client_id=str(uuid.uuid4()))
        assert (await other.hear("error"))["code"] == "not_yours"
    assert await Message.objects.filter(card__isnull=False).acount() == 1


async def test_a_wrong_reply_is_marked_and_others_see_it(
    conversation: Conversation, agent: User, agent2: User, settings: object
) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]
    await in_thread(answer_wrongly)(conversation)
    message = await Message.objects.aget(sender="ai")
    async with desk(agent) as console, desk(agent2) as other:
        await other.say("subscribe", conversation=conversation.pk, after=0)
        await other.hear("conversation")
        await console.say("wrong", message=message.pk, text="可以换。")
        await console.hear("marked", message=message.pk)
        [mark] = (await other.hear("remarks"))["wrong"]
    assert mark == {"message": message.pk, "text": "可以换。", "by": "Mei"}
    assert (await WrongReply.objects.aget()).right_answer == "可以换。"


async def test_what_is_no_reply_of_the_ai_is_refused_in_words(conversation: Conversation, agent: User) -> None:
    receipt = await in_thread(write)(conversation, "hi")
    async with desk(agent) as console:
        await console.say("wrong", message=receipt.id, text="x")
        error = await console.hear("error")
        assert (error["code"], error["detail"]) == ("refused", "只能标记 AI 的回复。")
    assert not await WrongReply.objects.aexists()


async def test_knowledge_is_proposed_once(conversation: Conversation, agent: User) -> None:
    async with desk(agent) as console:
        asked = {"conversation": conversation.pk, "question": "灯泡能换吗", "text": "能换。"}
        await console.say("propose", **asked)
        await console.hear("proposed")
        await console.say("propose", **asked)
        assert (await console.hear("error"))["code"] == "refused"
    proposal = await Proposal.objects.select_related("by").aget()
    assert (proposal.by, proposal.conversation_number) == (agent, conversation.pk)


async def test_a_bad_rating_is_shown_and_calls_who_answered(conversation: Conversation, agent: User) -> None:
    await in_thread(write)(conversation, "hi")
    await in_thread(take_over)(conversation.pk, agent)
    async with desk(agent) as console:
        await console.say("subscribe", conversation=conversation.pk, after=0)
        await console.hear("read")
        await in_thread(rate_service)(conversation.pk, score=1, comment="慢")
        [rating] = (await console.hear("remarks"))["ratings"]
        await console.hear("notification", kind="bad_rating", conversation=conversation.pk)
        assert (rating["score"], rating["comment"]) == (1, "慢")


async def test_system_lines_say_why_they_came_to_consoles_only(conversation: Conversation, agent: User) -> None:
    await in_thread(write)(conversation, "hi")
    async with desk(agent) as console:
        await console.say("subscribe", conversation=conversation.pk, after=0)
        await console.hear("read")
        await console.say("claim", conversation=conversation.pk)
        live = (await console.hear("message", sender="system"))["why"]
        await console.say("subscribe", conversation=conversation.pk, after=0)
        assert (await console.hear("message", sender="system"))["why"] == live
    assert live == {"decision": "takeover", "from": "ai", "name": "Mei"}


def answer_wrongly(conversation: Conversation) -> None:
    make_entry("灯泡能换吗", "不能换。")
    write(conversation, "灯泡能换吗")
    settle(conversation)
    take_turn(conversation.pk)
