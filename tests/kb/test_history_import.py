"""Files of conversations become groups of questions, each counted once, whoever dies in between."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from kb.history_files import conversations_of
from kb.mining.columns import AGENT, CUSTOMER, ColumnMapping, guess
from kb.models import HistoryImport, HistoryPart, HistoryQuestion, MinedQuestion
from kb.services import history_work
from kb.services.history_intake import likely_mapping, name_columns, remove_history, start_history
from kb.services.history_work import advance, resume_abandoned, table_of
from kb.services.mined import reject_questions
from tests.kb.encoders import FakeEncoder
from tests.kb.files import make_csv, make_jsonl, make_xlsx
from tests.kb.history import LAMP_ANSWER, POST_ANSWER, dialogues, import_history, shop_history, table

pytestmark = pytest.mark.django_db

HEADER = ("会话ID", "发送者", "消息内容", "时间")
ROWS = [
    ("c1", "小满", "台灯的灯泡怎么换", "2026-03-01 10:02"),
    ("c1", "小满", "在吗", "2026-03-01 10:01"),
    ("c2", "大文", "灯泡坏了可以自己换吗", "2026-03-01 11:00"),
    ("c1", "客服美美", LAMP_ANSWER, "2026-03-01 10:03"),
    ("c2", "客服美美", LAMP_ANSWER, "2026-03-01 11:01"),
    ("c2", "系统", "会话结束", "2026-03-01 11:02"),
]


@pytest.fixture
def lamps(encoder: FakeEncoder) -> FakeEncoder:
    for text in ("台灯的灯泡怎么换", "灯泡坏了可以自己换吗", "怎么更换台灯灯泡"):
        encoder.meanings[text] = "bulb"
    return encoder


def counts() -> dict[str, int]:
    return dict(MinedQuestion.objects.values_list("question", "count"))


def test_the_same_meaning_is_one_question_with_its_count_share_and_answer(lamps: FakeEncoder) -> None:
    history = import_history(shop_history())
    assert (history.status, history.conversations, history.questions) == ("done", 6, 6)
    lamp, post = MinedQuestion.objects.order_by("-count")
    assert (lamp.count, lamp.share, lamp.answer) == (3, 0.5, LAMP_ANSWER)
    assert len(lamp.phrasing_list) == 2
    assert (post.question, post.count, post.answer) == ("今天下单什么时候发货？", 2, POST_ANSWER)


def test_without_an_encoder_words_alone_group(words_only: None) -> None:
    import_history(shop_history())
    assert counts()["今天下单什么时候发货？"] == 2


def test_the_same_file_again_counts_nothing_twice(lamps: FakeEncoder) -> None:
    first, second = import_history(shop_history()), import_history(shop_history(), name="again.jsonl")
    assert first == second
    assert HistoryQuestion.objects.count() == 6


def test_conversations_of_an_overlapping_file_count_once(lamps: FakeEncoder) -> None:
    import_history(shop_history())
    before = counts()
    import_history(shop_history() + b"\n" + dialogues(("发什么快递", "默认发中通快递。"), first=7))
    assert counts() == before


def test_an_export_that_begins_in_the_middle_of_a_conversation_counts_no_question_twice(words_only: None) -> None:
    import_history(dialogues(("这个颜色有粉色的吗", "没有粉色的哦。", "今天下单什么时候发货", POST_ANSWER)))
    import_history(dialogues(("今天下单什么时候发货", POST_ANSWER)))
    assert HistoryQuestion.objects.filter(text__contains="发货").count() == 1


def test_the_next_file_adds_to_the_groups_that_exist(lamps: FakeEncoder) -> None:
    import_history(shop_history())
    import_history(shop_history(first=100))
    assert sorted(counts().values()) == [2, 4, 6]  # the colour is asked twice by now


def test_what_was_rejected_does_not_come_again(lamps: FakeEncoder, manager: object) -> None:
    import_history(shop_history())
    reject_questions(MinedQuestion.objects.all(), by=manager)
    import_history(shop_history(first=100))
    assert [mined.count for mined in MinedQuestion.objects.pending()] == [2]


def test_personal_data_is_not_kept_anywhere(lamps: FakeEncoder) -> None:
    talk = ("打13812345678告诉我灯泡怎么换", "已登记13812345678，灯泡拧下来就能换，型号是 E14。")
    import_history(dialogues(talk, talk))
    rows = [*HistoryQuestion.objects.values(), *MinedQuestion.objects.values()]
    assert rows and "138" not in str(rows)
    assert not HistoryPart.objects.exists()


def test_a_killed_import_goes_on_where_it_was(lamps: FakeEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_work, "CONVERSATIONS_PER_PART", 2)
    history = start_history(name="a.jsonl", content=shop_history(), by=None)
    advance(history.pk), advance(history.pk)  # split, first part
    assert HistoryPart.objects.count() == 2
    again = import_history(shop_history())
    assert (again.pk, again.conversations, again.questions) == (history.pk, 6, 6)


def test_a_part_that_another_worker_did_is_not_counted_again(lamps: FakeEncoder) -> None:
    history = start_history(name="a.jsonl", content=shop_history(), by=None)
    advance(history.pk)
    history.refresh_from_db()
    part = history.parts.get()
    rows = history_work._conversations_in(part, history)
    advance(history.pk)
    assert len(rows) == 6 and not history.parts.exists()
    advance(history.pk)
    history.refresh_from_db()
    assert history.conversations == 6


def test_an_import_whose_worker_died_is_queued_again(lamps: FakeEncoder) -> None:
    history = start_history(name="a.jsonl", content=shop_history(), by=None)
    queued = OrmQ.objects.count()
    resume_abandoned()
    assert OrmQ.objects.count() == queued
    HistoryImport.objects.filter(pk=history.pk).update(worked_at=timezone.now() - timedelta(minutes=11))
    resume_abandoned(), resume_abandoned()
    assert OrmQ.objects.count() == queued + 1


def test_a_bad_line_fails_with_its_number_and_leaves_nothing(words_only: None) -> None:
    history = import_history(shop_history() + b"\n{broken")
    assert history.status == "failed"
    assert "7" in history.error
    assert not HistoryPart.objects.exists()


def test_taking_a_file_out_takes_its_counts_out(lamps: FakeEncoder) -> None:
    import_history(shop_history())
    second = import_history(shop_history(first=100))
    remove_history(second)
    assert sorted(count for count in counts().values() if count) == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", make_csv(*ROWS, header=HEADER)),
        ("a.csv", make_csv(*ROWS, header=HEADER, encoding="gb18030")),
        ("a.xlsx", make_xlsx(*ROWS, header=HEADER)),
        ("a.jsonl", make_jsonl(*(dict(zip(HEADER, row, strict=True)) for row in ROWS))),
    ],
)
def test_a_message_per_row(lamps: FakeEncoder, name: str, content: bytes) -> None:
    history = import_history(content, name)
    assert history.status == "mapping"
    rows = table_of(history)
    name_columns(history, likely_mapping(history, rows.headers, rows.rows))
    history = import_history(content, name)
    assert (history.conversations, history.messages) == (2, 5)
    assert list(MinedQuestion.objects.values_list("count", "answer")) == [(2, LAMP_ANSWER)]


def test_columns_are_guessed_and_rows_sorted_by_time() -> None:
    rows = table(*ROWS)
    mapping = guess(rows.headers, rows.rows)
    assert (mapping.conversation, mapping.who, mapping.text, mapping.time) == HEADER
    first, second = conversations_of(rows, mapping)
    assert [turn.text for turn in first.turns[:2]] == ["在吗", "台灯的灯泡怎么换"]
    assert [turn.role for turn in second.turns] == ["customer", "agent"]


def test_who_speaks_in_many_conversations_is_an_agent() -> None:
    rows = [(f"c{number}", who, "text") for number in range(10) for who in (f"shopper{number}", "mei")]
    mapping = guess(("session_id", "nickname", "content"), rows)
    mapping = ColumnMapping(**{**mapping.as_json(), "who": "nickname"})
    assert mapping.who == "nickname"


def test_what_was_chosen_is_remembered_for_the_same_columns(words_only: None) -> None:
    content = make_csv(("1", "A", "你们几点下班"), ("1", "B", "晚上九点下班。"), header=("甲", "乙", "丙"))
    chosen = ColumnMapping("甲", "乙", "丙", "", {"A": CUSTOMER, "B": AGENT})
    assert name_columns(import_history(content, "a.csv"), chosen)
    later = import_history(content + "2,A,在吗\r\n".encode(), "b.csv")
    rows = table_of(later)
    assert likely_mapping(later, rows.headers, rows.rows) == chosen


def test_names_of_shoppers_are_not_kept() -> None:
    rows = [(f"c{number}", who, "text") for number in range(10) for who in (f"买家小{number}", "客服美美")]
    assert guess(("会话", "发送者", "内容"), rows).values == {"客服美美": AGENT}
