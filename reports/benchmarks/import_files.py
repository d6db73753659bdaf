"""Invented files for `bench import`: a workbook of questions, and a policy document of any number of pages."""

import io
import random
from collections.abc import Sequence

from docx import Document

GOODS = ("羽绒服", "电饭煲", "蓝牙耳机", "保温杯", "床垫", "台灯", "行李箱", "婴儿推车", "空气炸锅", "机械键盘")
TOPICS = (
    "退货",
    "换货",
    "维修",
    "运费",
    "发票",
    "保价",
    "预售",
    "安装",
    "积分",
    "赠品",
    "质保",
    "配送",
    "改地址",
    "催单",
)
ENDINGS = ("范围", "流程", "时效", "费用", "条件", "例外")
_PARTS = (
    "顾客在“我的订单”里提交{topic}申请，写明{goods}的问题并附上照片",
    "客服在{n}小时内审核，审核通过后短信通知寄件地址",
    "{goods}须保持完好，吊牌、说明书和赠品一并寄回",
    "仓库收到{goods}后{n}个工作日内完成检验，检验结果会写在订单里",
    "因质量问题产生的费用由本店承担，其他情况由顾客承担",
    "同一订单最多申请{n}次{topic}，超过后请联系人工客服",
    "大促期间处理时间最多延长{n}天，以页面公示为准",
    "偏远地区的{topic}以承运商能够到达为限，到达不了的由客服另行安排",
)
_PARAGRAPHS_PER_PAGE = 4
_PAGES_PER_CHAPTER = 10
ROWS_PER_PAGE = 2  # a section with a suggested question, and a question with its answer


def make_workbook(rows: int, seed: int = 1) -> bytes:
    """So many questions with two more phrasings each."""
    from openpyxl import Workbook

    rng, book = random.Random(seed), Workbook()
    book.active.append(("客户问法", "标准答案", "分类"))
    for number in range(rows):
        goods, topic = rng.choice(GOODS), rng.choice(TOPICS)
        name = f"{goods}{seed}-{number}"
        question = f"{name}的{topic}怎么办？|{name}能{topic}吗|想给{name}申请{topic}"
        book.active.append((question, _paragraph(rng, goods, topic, 2), f"售后服务/{topic}"))
    return _saved(book)


def make_policy(pages: int, seed: int = 1) -> bytes:
    """A Word document of so many pages of about 600 characters, each on a page of its own."""
    rng, document = random.Random(seed), Document()
    document.add_heading("售后服务手册", 0)
    for page in range(pages):
        goods, topic = rng.choice(GOODS), rng.choice(TOPICS)
        if page % _PAGES_PER_CHAPTER == 0:
            document.add_heading(f"第{page // _PAGES_PER_CHAPTER + 1}章 {topic}规定 {seed}", 1)
        heading = document.add_heading(f"{goods}{seed}-{page}的{topic}{rng.choice(ENDINGS)}", 2)
        heading.paragraph_format.page_break_before = bool(page)
        for _ in range(_PARAGRAPHS_PER_PAGE):
            document.add_paragraph(_paragraph(rng, goods, topic, 5))
        document.add_paragraph(f"问：{goods}{seed}-{page}还能{topic}吗？")
        document.add_paragraph(f"答：{_paragraph(rng, goods, topic, 2)}")
    return _saved(document)


def _paragraph(rng: random.Random, goods: str, topic: str, sentences: int) -> str:
    parts: Sequence[str] = rng.sample(_PARTS, sentences)
    return "".join(f"{part.format(goods=goods, topic=topic, n=rng.randint(2, 9))}。" for part in parts)


def _saved(file: object) -> bytes:
    out = io.BytesIO()
    file.save(out)  # type: ignore[attr-defined]
    return out.getvalue()
