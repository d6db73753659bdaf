"""A rephrased answer says what the stored one says, no more and no less."""

import pytest

from kb.defaults import SAMPLE_ENTRIES
from kb.grounding import is_grounded

SHIPPING = "全店满 59 元包邮，不满收 8 元。新疆、西藏、青海满 199 元包邮，不满收 20 元。港澳台和海外暂时送不到。"
SHIPPING_WARM = (
    "亲，全店满59元就包邮啦，不满的话收8元哦～新疆、西藏、青海满199元包邮，不满收20元；港澳台和海外暂时还送不到呢。"
)
WARRANTY = "小家电（空气炸锅、加湿器、台灯）保修一年，从签收那天算起，有订单记录就行，不用保修卡。"
WARRANTY_WARM = "您好呀，小家电（空气炸锅、加湿器、台灯）都保修1年哦，从您签收那天算起，有订单记录就行，不用保修卡哈。"
RETURN = "在“我的订单”里点“申请售后”→“退货退款”，写上原因提交。请在 7 天内寄出，再把快递单号填到售后单里。"
RETURN_WARM = (
    "请您在“我的订单”里点“申请售后”→“退货退款”，写上原因提交就好啦，记得在7天内寄出，再把快递单号填到售后单里哦。"
)
COSTS = "商品有质量问题，来回运费都由我们承担；不喜欢、拍错这类原因，退回的运费由买家承担。"
COSTS_WARM = "亲，商品有质量问题的话，来回运费都由我们承担哦；不喜欢、拍错这类原因，退回的运费由您承担呢。"


@pytest.mark.parametrize("answer", [sample.answer for sample in SAMPLE_ENTRIES])
def test_an_answer_is_grounded_in_itself(answer: str) -> None:
    assert is_grounded(answer, answer)


@pytest.mark.parametrize(
    ("stored", "told"),
    [(SHIPPING, SHIPPING_WARM), (WARRANTY, WARRANTY_WARM), (RETURN, RETURN_WARM), (COSTS, COSTS_WARM)],
)
def test_another_tone_is_fine(stored: str, told: str) -> None:
    assert is_grounded(stored, told)


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (SHIPPING, SHIPPING_WARM.replace("59", "49")),
        (SHIPPING, SHIPPING_WARM.replace("59元就", "8元就").replace("收8元", "收59元")),
        (SHIPPING, SHIPPING_WARM.replace("送不到", "能送到")),
        (SHIPPING, SHIPPING_WARM.replace("新疆、", "")),
        (SHIPPING, SHIPPING_WARM.replace("青海", "内蒙古")),
        (SHIPPING, SHIPPING_WARM + "满 300 元再送一只保温杯！"),
        (SHIPPING, SHIPPING_WARM + "详情看 https://example.com/hd"),
        (WARRANTY, WARRANTY_WARM.replace("1年", "2年")),
        (WARRANTY, WARRANTY_WARM.replace("1年", "1个月")),
        (WARRANTY, WARRANTY_WARM.replace("不用", "要有")),
        (WARRANTY, WARRANTY_WARM.replace("加湿器、", "")),
        (WARRANTY, WARRANTY_WARM + "过期也免费维修。"),
        (WARRANTY, WARRANTY_WARM + "有事可以找王经理。"),
        (RETURN, RETURN_WARM.replace("“申请售后”", "“联系客服”")),
        (RETURN, RETURN_WARM.replace("退货退款", "仅退款")),
        (RETURN, "亲，在“我的订单”里点“申请售后”→“退货退款”就可以了哦。"),
        (COSTS, COSTS_WARM.replace("由您", "由X").replace("由我们", "由您").replace("由X", "由我们")),
        (COSTS, ""),
        (COSTS, "好的亲"),
    ],
)
def test_another_fact_is_not(stored: str, told: str) -> None:
    assert not is_grounded(stored, told)


def test_a_product_that_was_not_meant_is_not_named() -> None:
    stored = "这款可以放洗碗机清洗，温度不要超过 60 度。"
    assert is_grounded(stored, "亲，这款可以放洗碗机清洗哦，温度不要超过60度呢。", ["青禾台灯"])
    assert not is_grounded(stored, "亲，青禾台灯这款可以放洗碗机清洗哦，温度不要超过60度呢。", ["青禾台灯"])
