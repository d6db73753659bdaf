"""What customers come for, taught by rows."""

import pytest
from django.conf import LazySettings

from cs_platform.ai.encoder import use_encoder, use_packaged_encoder
from routing.defaults.texts import shipped_intents
from routing.intent import Example, Recogniser, current_recogniser
from routing.models import Intent, IntentExample
from routing.services import encode_examples, save_examples
from routing.understanding import understand
from tests.kb.encoders import BrokenEncoder, FakeEncoder


@pytest.fixture
def words_only(settings: LazySettings) -> None:
    settings.ENCODER = "off"


def teach(key: str, *texts: str, **fields: object) -> Intent:
    intent = Intent.objects.create(key=key, name=key, **fields)
    save_examples(intent, texts)
    return intent


def intent_of(text: str) -> str:
    return understand((text,)).intent


def test_nothing_taught_recognises_nothing() -> None:
    assert Recogniser([]).recognise("怎么退货", None) is None


def test_counter_examples_have_no_intent() -> None:
    examples = [Example("complaint", "我要投诉"), Example("talk", "你们老板是什么星座")]
    recogniser = Recogniser(examples, ["talk"])
    assert recogniser.recognise("你们老板什么星座", None) is None
    assert recogniser.ranked("你们老板什么星座", None)[0].intent == "talk"


@pytest.fixture(scope="module")
def shipped() -> Recogniser:
    """The shipped intents, by words alone."""
    sections = shipped_intents()
    examples = [Example(section.key, text) for section in sections for text in section.examples]
    return Recogniser(examples, [section.key for section in sections if section.is_counter])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("我要投诉你们店", "complaint"),
        ("退款一直没到账", "refund_overdue"),
        ("收到的杯子是坏的", "quality_problem"),
        ("我要退货怎么操作", "return_request"),
        ("能开专票吗", "invoice"),
        ("你们老板是什么星座", None),
        ("今天天气怎么样", None),
        ("老板的星座", None),
    ],
)
def test_shipped_intents_by_words_alone(shipped: Recogniser, text: str, intent: str | None) -> None:
    guess = shipped.recognise(text, None)
    assert (guess.intent if guess else None) == intent


@pytest.mark.django_db
def test_an_example_counts_at_once(words_only: None) -> None:
    teach("umbrella", "想借一把伞", "雨伞可以借吗", "有没有伞借")
    power = teach("power", "充满电要多久", "怎么充电")
    assert intent_of("借一个充电宝") == "umbrella"
    save_examples(power, ["充满电要多久", "怎么充电", "借充电宝", "想借一个充电宝"])
    assert intent_of("借一个充电宝") == "power"


@pytest.mark.django_db
def test_a_disabled_intent_is_not_recognised(words_only: None) -> None:
    intent = teach("loan", "想借一把伞")
    assert intent_of("想借一把伞") == "loan"
    Intent.objects.update(is_enabled=False)
    save_examples(intent, ["想借一把伞"])
    assert intent_of("想借一把伞") == ""


@pytest.mark.django_db
def test_meaning_takes_part_where_there_is_an_encoder() -> None:
    use_encoder(FakeEncoder({"借伞": "loan", "雨具租用": "loan", "你好": "talk", "哈喽": "talk"}))
    try:
        teach("loan", "借伞")
        teach("talk", "你好", is_counter=True)
        assert intent_of("雨具租用") == "loan"
        assert current_recogniser().understands
    finally:
        use_packaged_encoder()


@pytest.mark.django_db
def test_vectors_are_computed_once_and_kept() -> None:
    encoder = FakeEncoder()
    use_encoder(encoder)
    try:
        intent = teach("loan", "借伞", "想借把伞")
        current_recogniser()
        save_examples(intent, ["借伞", "想借把伞", "有伞吗"])
        current_recogniser()
        assert sorted(encoder.encoded) == ["借伞", "想借把伞", "有伞吗"]
    finally:
        use_packaged_encoder()


@pytest.mark.django_db
def test_many_new_examples_are_encoded_in_the_background() -> None:
    use_encoder(FakeEncoder())
    try:
        teach("loan", *[f"借第{number}把伞" for number in range(50)])
        assert not current_recogniser().understands
        assert encode_examples() == 50
        assert current_recogniser().understands
        assert encode_examples() == 0
    finally:
        use_packaged_encoder()


@pytest.mark.django_db
def test_a_broken_encoder_leaves_words() -> None:
    use_encoder(BrokenEncoder())
    try:
        teach("loan", "想借一把伞")
        teach("talk", "你好", is_counter=True)
        assert intent_of("想借一把伞") == "loan"
    finally:
        use_packaged_encoder()


@pytest.mark.django_db
def test_examples_that_go_are_forgotten_and_those_that_stay_stay() -> None:
    intent = teach("loan", "借伞", "想借把伞")
    kept = IntentExample.objects.get(text="借伞").pk
    assert save_examples(intent, ["借伞", " 借伞！", "", "有伞吗"]) == 1
    assert set(intent.examples.values_list("text", flat=True)) == {"借伞", "有伞吗"}
    assert IntentExample.objects.get(text="借伞").pk == kept
