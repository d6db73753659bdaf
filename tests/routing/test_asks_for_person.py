"""Shoppers ask for a person in many ways; product questions with the same words do not."""

import pytest

from routing.phrases import asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "转人工", "人工", "人工客服", "找真人", "转接客服", "转 人 工", "转!人!工!", "我要转人工", "轉人工", "转人公",
        "专人工", "人工人工人工人工", "人工！！！", "请帮我转人工客服谢谢", "zhuanrengong", "rengong", "客服在吗",
        "在线客服", "有人吗", "能不能转人工啊", "怎么转人工", "叫真人来", "人工服务", "你好，人工", "不要机器人",
        "我不想跟机器人聊", "转客服", "转接人工", "找个活人", "转人工客服🙏", "直接转人工", "请转人工。", "人❤️工",
        "有没有人啊", "我要找人", "来个人", "没人吗", "有人管吗", "人呢", "换人", "能跟人说话吗", "我要和人说话",
        "有木有真人啊", "有没有活人", "机器人滚", "Human agent please", "I want to talk to a real person", "agent", "转人工吧你啥也不懂",
    ],
)  # fmt: skip
def test_a_call_for_a_person_is_recognised(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "人工智能是什么", "这个是人工皮革吗", "人工费多少", "不要转人工", "不用转人工了", "怎么退货", "客服电话是多少",
        "客服什么时候上班", "客服热线几点", "我的快递到哪了", "这个钻石是人工的吗", "是纯人工做的吗", "人工钻石",
        "可以跟人聊天的音箱有吗", "有没有人工皮的", "送人可以吗", "有没有人买过这个", "没人签收怎么办", "几个人用的",
        "上门安装人工费谁出", "有人退过货吗", "这款有人工检测报告吗", "", "🙂", "Is the agent of this brand in China?",
    ],
)  # fmt: skip
def test_a_question_with_similar_words_is_not(text: str) -> None:
    assert not asks_for_person(text)
