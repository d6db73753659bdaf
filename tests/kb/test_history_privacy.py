"""Nothing that points at a person is kept of a conversation."""

import pytest

from kb.mining.privacy import mask


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("打我电话13812345678吧", "打我电话[手机号]吧"),
        ("客服热线 400-123-4567", "客服热线 [电话]"),
        ("座机0571-88886666转802", "座机[电话]转802"),
        ("单号SF1234567890123", "单号[号码]"),
        ("订单 240-1234-5678 到哪了", "订单 [号码] 到哪了"),
        ("编号 YX88-660021", "编号 [号码]"),
        ("加微信 lin_2024", "加微信 [账号]"),
        ("我叫林小满，帮我改一下", "我叫[姓名]，帮我改一下"),
        ("收件人：陈大文 地址不对", "收件人：[姓名] 地址不对"),
        ("我姓欧阳", "我姓[姓名]"),
        ("住在望江路18号3栋502", "[地址]"),
        ("发到 lin@example.com", "发到 [邮箱]"),
        ("@林小满a 你看", "[账号] 你看"),
    ],
)
def test_personal_data_is_masked(text: str, kept: str) -> None:
    assert mask(text) == kept


@pytest.mark.parametrize(
    "text", ["型号 A3-250 有 12 种颜色", "满 300 减 50", "48 小时之内发货", "2024年3月1日到货", "我叫了快递"]
)
def test_what_is_nobody_s_stays(text: str) -> None:
    assert mask(text) == text
