"""The AI's words follow the channel: phrases of its own by tone, stored answers by a model where there is one."""

from collections.abc import Callable, Iterator

import pytest
from django.utils import translation

from conversations.models import Conversation, Message
from conversations.services.turn import take_turn
from conversations.wording import phrase, tone_of
from cs_platform.ai.llm import use_model
from kb.models import Entry
from routing.models import Strategy
from tests.doubles.llm import LlmDouble, llm_double, says, sleeps
from tests.factories import make_entry, settle, write
from tests.kb.experiments import make_experiment

STORED = "签收后 7 天内可以无理由退货，吊牌没有剪掉就行。"
WARM = "亲，签收后7天内可以无理由退货哦，吊牌没有剪掉就行呢。"


@pytest.fixture
def llm(outbound_allowed: Callable[[str], None]) -> Iterator[LlmDouble]:
    with llm_double() as double:
        outbound_allowed(double.place)
        use_model(double.model)
        double.does(says(WARM))
        yield double
    use_model(None)


@pytest.fixture
def warm(conversation: Conversation, settings: object) -> Conversation:
    settings.ENCODER = "off"  # type: ignore[attr-defined]
    conversation.channel.strategy = Strategy.objects.create(name="warm", persona="亲切，称呼亲，爱用哦和呢")
    conversation.channel.save()
    return conversation


def ask(conversation: Conversation, text: str) -> Message:
    write(conversation, text)
    settle(conversation)
    take_turn(conversation.pk)
    return Message.objects.filter(conversation=conversation, sender="ai").latest("seq")


@pytest.mark.parametrize(
    ("persona", "tone"),
    [
        ("", "plain"),
        ("亲切一点，叫亲", "warm"),
        ("正式、严谨", "formal"),
        ("warm and brief", "warm"),
        ("简短", "plain"),
    ],
)
def test_the_tone_of_a_persona(persona: str, tone: str) -> None:
    assert tone_of(persona) == tone


def test_phrases_differ_by_tone_in_both_languages() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told = {phrase("unknown", persona) for persona in ("", "亲", "正式")}
            assert len(told) == 3


@pytest.mark.django_db
def test_an_honest_no_in_the_tone_of_the_channel(warm: Conversation) -> None:
    assert ask(warm, "灯泡能换吗").text.startswith("亲")


@pytest.mark.django_db
def test_a_stored_answer_is_put_in_tone(warm: Conversation, llm: LlmDouble) -> None:
    entry = make_entry("能退货吗", STORED)
    told = ask(warm, "能退货吗")
    assert (told.text, told.entry, told.decision["rephrased"]) == (WARM, entry, True)


@pytest.mark.django_db
@pytest.mark.parametrize("step", [says("亲，15天内都可以退哦"), sleeps])
def test_a_wrong_or_slow_model_changes_nothing(
    warm: Conversation, llm: LlmDouble, step: object, settings: object
) -> None:
    settings.LLM_SECONDS = 0.6  # type: ignore[attr-defined]
    make_entry("能退货吗", STORED)
    llm.does(step)  # type: ignore[arg-type]
    told = ask(warm, "能退货吗")
    assert told.text == STORED and "rephrased" not in told.decision


@pytest.mark.django_db
def test_word_for_word_only_is_not_shown_to_the_model(warm: Conversation, llm: LlmDouble) -> None:
    make_entry("能退货吗", STORED, is_verbatim=True)
    assert ask(warm, "能退货吗").text == STORED
    assert llm.asked == []


@pytest.mark.django_db
def test_an_answer_on_trial_goes_out_as_it_is(warm: Conversation, llm: LlmDouble) -> None:
    make_experiment(make_entry("能退货吗", STORED), answers=["七天内可以退。"])
    assert ask(warm, "能退货吗").text in {STORED, "七天内可以退。"}
    assert llm.asked == [] and Entry.objects.count() == 1


@pytest.mark.django_db
def test_without_a_persona_nothing_is_rephrased(conversation: Conversation, llm: LlmDouble, settings: object) -> None:
    settings.ENCODER = "off"  # type: ignore[attr-defined]
    make_entry("能退货吗", STORED)
    assert ask(conversation, "能退货吗").text == STORED
    assert llm.asked == []
