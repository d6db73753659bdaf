"""Which messages of the past are questions, and how they read."""

import pytest

from kb.mining.asked import asked_in
from kb.mining.messages import questions_in
from kb.mining.replies import bare_reply, substance
from tests.kb.history import talk


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("你好，请问这个包邮吗", "这个包邮吗？"),
        ("@某某旗舰店客服 这款还有货吗[微笑]", "这款还有货吗？"),
        ("收到的杯子碎了", "收到的杯子碎了"),
        ("订单号 20240101123456 怎么还没发货", "怎么还没发货？"),
        ("昨天买的。今天降价了，可以退差价吗？谢谢", "今天降价了，可以退差价吗？"),
        ("老板，我上周在你们店买的，尺码不合适可以换吗，在线等", "尺码不合适可以换吗？"),
        ("[订单] 订单号：20240101123456789 共1件商品，合计￥35.00 能便宜点吗", "能便宜点吗？"),
        ("包邮吗", "包邮吗？"),
        ("请问下单了多久发货", "下单了多久发货？"),
        ("请问下包邮吗", "包邮吗？"),
    ],
)
def test_the_question_of_a_message(text: str, question: str) -> None:
    assert questions_in([text], may_state=True) == [question]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "哈" * 60,
            "在吗",
            "你好",
            "好的谢谢",
            "@某某客服",
            "😀😀",
            "13800000000",
            "嗯嗯知道了",
            "转人工",
            "怎么办？",
            "OK",
            "",
        ),
        *(
            "你们这什么破店",
            "气死我了",
            "我要去投诉你们",
            "怎么不说话",
            "人呢",
            "我叫李小满",
            "这家真的不错",
            "618那天拍的",
        ),
    ],
)
def test_small_talk_anger_and_circumstances_are_no_question(text: str) -> None:
    assert not questions_in([text], may_state=True)


@pytest.mark.parametrize(
    "text",
    [
        *("联系客服都没人接", "投诉有用吗", "打了十几个电话", "我就想问问", "你们是怎么了"),
        *("换了块电池", "重启了还是不行", "是因为快递压坏的", "申请退款后", "客服刚刚帮我取消"),
    ],
)
def test_what_was_done_half_said_or_suffered_from_the_service_is_no_question(text: str) -> None:
    assert not questions_in([text], may_state=True)


@pytest.mark.parametrize(
    "text", ["客服电话是多少？", "怎么投诉快递？", "怎么联系人工客服？", "客服说的差价怎么退？", "不是纯棉怎么办？"]
)
def test_how_to_reach_the_service_and_what_it_promised_are_questions(text: str) -> None:
    assert questions_in([text], may_state=True) == [text]


@pytest.mark.parametrize("word", ["哈", "急", "亲", "哦", "在不", "~", ",", "谢谢"])
def test_laughter_costs_no_time(word: str) -> None:
    assert not questions_in([word * 400 + "笑死我了", word * 400], may_state=True)
    assert len(bare_reply(word * 400 + "七天之内都可以退换" + word * 400)) <= 1_000


@pytest.mark.parametrize(
    ("texts", "questions"),
    [
        (["发票怎么开，几天能到成都"], ["发票怎么开？", "几天能到成都？"]),
        (["可以开发票吗？另外想换大一码怎么弄"], ["可以开发票吗？", "想换大一码怎么弄？"]),
        (["杯子碎了", "优惠券在哪里领"], ["杯子碎了", "优惠券在哪里领？"]),
        (["怎么还不发货，都三天了"], ["怎么还不发货？"]),
    ],
)
def test_every_question_of_a_message_is_found(texts: list[str], questions: list[str]) -> None:
    assert questions_in(texts, may_state=True) == questions


def test_a_problem_that_replies_to_an_agent_is_no_question() -> None:
    conversation = talk("灯坏了怎么办？", "请问是哪里坏了呢？", "灯泡碎了", "灯泡可以免费补发一个给您")
    assert [asked.question for asked in asked_in(conversation)] == ["灯坏了怎么办？"]


def test_of_a_long_message_the_part_that_asks_is_kept() -> None:
    text = "上个月在你们店里买了一台加湿器，一开始用得挺好，放在卧室里每天晚上都开，最近几天不出雾了，水是满的，是哪里堵住了吗"
    (question,) = questions_in([text], may_state=True)
    assert question.endswith("是哪里堵住了吗？")
    assert len(question) <= 48


def test_fragments_in_a_row_are_one_question() -> None:
    conversation = talk("你好", "在的")
    conversation = type(conversation)("1", tuple(talk("a").turns[:0]) + _customer("你好", "我买的灯", "不亮了怎么办"))
    assert [asked.question for asked in asked_in(conversation)] == ["我买的灯，不亮了怎么办？"]


def test_the_answer_is_the_first_that_tells_something() -> None:
    conversation = talk("多久能到货？", "亲稍等哦，帮您查一下", "好的", "亲，江浙沪一般两天送到，偏远地区五天左右。")
    assert asked_in(conversation)[0].answer == "江浙沪一般两天送到，偏远地区五天左右。"


def test_a_reply_to_the_next_question_is_not_the_answer() -> None:
    conversation = talk("有没有优惠券？", "您好", "那什么时候发货？", "下单后二十四小时之内从杭州仓库发出。")
    assert [bool(asked.answer) for asked in asked_in(conversation)] == [False, True]


def test_greeting_and_thanks_are_taken_off_a_reply() -> None:
    assert bare_reply("亲，您好！七天之内都可以退换的哦，感谢您的支持，祝您生活愉快~") == "七天之内都可以退换"


@pytest.mark.parametrize(
    "greeting", ["亲", "亲亲，", "亲" * 900, "亲，亲亲您好呀亲", "亲爱的亲，", "尊敬的客户，您好！", "在的亲亲亲"]
)
def test_however_often_it_greets_only_the_rest_is_kept(greeting: str) -> None:
    assert bare_reply(f"{greeting}，七天之内都可以退换") == "七天之内都可以退换"


def test_a_greeting_that_does_not_end_is_part_of_the_reply() -> None:
    text = "亲" * 900 + "七天之内都可以退换"
    assert bare_reply(text) == text


@pytest.mark.parametrize(
    ("telling", "empty"),
    [
        ("洗的时候请用冷水，不要漂白，平铺晾干。", "请您提供一下订单号，我帮您查询"),
        ("这款是纯棉的，含棉量百分之九十五。", "很抱歉给您带来不便，我们会不断改进服务"),
    ],
)
def test_what_tells_something_weighs_more(telling: str, empty: str) -> None:
    assert substance(telling) > 0.62 > substance(empty)


def _customer(*texts: str) -> tuple:
    return tuple(turn for text in texts for turn in talk(text).turns)
