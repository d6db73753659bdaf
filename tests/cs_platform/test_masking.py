"""Personal data leaves a text; what the question is about stays."""

import time

import pytest

from cs_platform.masking import hide_personal


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("我的手机是13812345678", "我的手机是[手机号]"),
        ("打 +86 138 1234 5678 找我", "打 [手机号] 找我"),
        ("发到 lin.mei@example.com 谢谢", "发到 [邮箱] 谢谢"),
        ("身份证330102199003071234", "身份证[证件号]"),
        ("固话0571-88886666", "固话[电话]"),
        ("加我微信 lin_mei88", "加我微信 [账号]"),
        ("地址：杭州市西湖区文三路90号", "地址：[地址]"),
        ("订单 CN2026112700012 没发货", "订单 [号码] 没发货"),
    ],
)
def test_it_is_hidden(text: str, hidden: str) -> None:
    assert hide_personal(text) == hidden


@pytest.mark.parametrize(
    "text", ["满199减20", "450ml 的杯子多少钱", "7天无理由", "2026-11-11 发货吗", "空气炸锅 QH-KZ50"]
)
def test_what_is_no_personal_data_stays(text: str) -> None:
    assert hide_personal(text) == text


def test_a_long_text_costs_no_time() -> None:
    began = time.perf_counter()
    for text in ("1" * 20_000, "a" * 20_000, "市区" * 10_000, "省" * 20_000, "微信" * 10_000):
        hide_personal(text)
    assert time.perf_counter() - began < 2
