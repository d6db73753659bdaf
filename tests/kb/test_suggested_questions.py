"""The question that a heading suggests."""

import pytest

from kb.parsing.questions import suggest_question


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("七天无理由退货", "七天无理由退货是怎么规定的？"),
        ("第三章 退款流程", "退款流程是怎样的？"),
        ("一、退货条件", "退货条件有哪些？"),
        ("2.1 发货时效", "发货时效是多久？"),
        ("（二）运费", "运费怎么算？"),
        ("关于会员积分的说明", "会员积分是怎么规定的？"),
        ("退货地址", "退货地址在哪里？"),
        ("申请保价", "怎么申请保价？"),
        ("如何修改收货地址", "如何修改收货地址？"),
        ("哪些商品不能退", "哪些商品不能退？"),
        ("退款多久到账？", "退款多久到账？"),
        ("常见问题", "常见问题有哪些？"),
        ("Returns", "What are the rules for Returns?"),
    ],
)
def test_a_heading_suggests(heading: str, question: str) -> None:
    assert suggest_question(heading) == question
