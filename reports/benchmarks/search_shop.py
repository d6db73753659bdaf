"""An invented shop's knowledge for benchmarks: any number of entries, as repetitive as real ones."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, product

import numpy as np
from numpy.typing import NDArray

from cs_platform.text import normalise
from kb.codes import Article
from kb.prepared import IndexedEntry, texts_to_encode
from kb.scope import EVERYBODY, Applicability, Scope
from kb.vectors import VectorTable, text_hash
from kb.vocabulary import Dictionary

DIMENSIONS = 384
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ASKED_BY = Scope("web", "web", stage="pre_sale")
_RESTRICTIONS = (
    Applicability(channels=frozenset(["web"])),
    Applicability(channels=frozenset(["wechat"])),
    Applicability(valid_until=NOW - timedelta(days=1)),
    Applicability(valid_from=NOW - timedelta(days=1), valid_until=NOW + timedelta(days=1)),
    Applicability(stages=frozenset(["after_sale"])),
)
_NEARNESS = 0.8  # cosine of two unrelated texts, as with the real encoder
_GOODS = (
    "蓝牙耳机",
    "电饭煲",
    "羽绒服",
    "运动鞋",
    "双肩包",
    "保温杯",
    "扫地机器人",
    "空气炸锅",
    "婴儿推车",
    "防晒霜",
    "洗面奶",
    "机械键盘",
    "显示器",
    "床垫",
    "四件套",
    "台灯",
    "吹风机",
    "电动牙刷",
    "剃须刀",
    "行李箱",
    "瑜伽垫",
    "投影仪",
    "路由器",
    "充电宝",
    "数据线",
    "手机壳",
    "手表",
    "太阳镜",
    "帽子",
    "围巾",
    "衬衫",
    "牛仔裤",
    "连衣裙",
    "高跟鞋",
    "雨伞",
    "窗帘",
    "沙发",
    "书桌",
    "办公椅",
    "猫粮",
    "狗窝",
    "鱼缸",
    "花盆",
    "茶具",
    "咖啡机",
    "榨汁机",
    "洗碗机",
    "净水器",
    "加湿器",
    "电暖器",
)
_SERIES = [f"{letter}{number}" for letter, number in product("ABCDEFGHJK", range(10, 99, 2))]
_ASK = (
    "{0}多久能发货",
    "{0}收到有破损怎么处理",
    "{0}能开发票吗",
    "{0}支持七天无理由退货吗",
    "{0}保修几年",
    "{0}怎么清洗",
    "{0}的尺寸是多少",
    "{0}缺了配件怎么补",
    "{0}降价了可以补差价吗",
    "{0}怎么安装",
    "{0}充不进电怎么办",
    "{0}有哪些颜色",
    "{0}发什么快递",
    "{0}可以货到付款吗",
    "{0}退货运费谁承担",
    "{0}退款多久到账",
    "{0}和图片颜色不一样",
    "{0}适合送老人吗",
    "{0}能用优惠券吗",
    "{0}什么时候补货",
)
_ASK_OTHERWISE = (
    "请问{0}，我着急用",
    "我买的{0}啊",
    "想了解一下{0}",
    "亲，{0}呢",
    "你们家{0}",
)
_TELL = (
    "{0}一般在付款后四十八小时内安排出库，遇到活动会顺延",
    "收到{0}后请当面检查，有问题拍照发给我们，由我们承担来回运费",
    "{0}自签收起享受整机一年保修，人为损坏不在范围内",
    "{0}的说明书在包装盒底部，也可以在商品页下载",
    "{0}支持换货一次，请保持吊牌和包装完整",
    "{0}的款项原路退回，通常一到五个工作日可以看到",
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Entries with their vectors, and questions with the vectors they get instead of the encoder's."""

    entries: list[IndexedEntry]
    table: VectorTable
    questions: list[str]
    vectors: NDArray[np.float32]
    dictionary: Dictionary
    articles: list[Article]


def make_shop(entries: int, questions: int, seed: int = 1) -> Shop:
    """The same shop for the same seed."""
    chooser = random.Random(seed)
    rows = list(_entries(entries, chooser))
    texts = texts_to_encode(rows)
    numbers = np.random.default_rng(seed)
    centre = _unit(numbers.standard_normal((1, DIMENSIONS), dtype=np.float32))
    matrix = _around(centre, len(texts), numbers)
    table = VectorTable.of_texts(texts, matrix)
    fitting = [row for row in rows if row.applies.covers(ASKED_BY) and row.applies.is_valid_at(NOW)]
    asked = [chooser.choice(fitting) for _ in range(questions)]
    targets = table.rows(table.places(text_hash(entry.question) for entry in asked))
    vectors = _unit(targets + 0.3 * _unit(numbers.standard_normal(targets.shape, dtype=np.float32)))
    return Shop(rows, table, [_reword(entry.question, chooser) for entry in asked], vectors, _dictionary(), _articles())


def _entries(count: int, chooser: random.Random) -> Iterator[IndexedEntry]:
    """One question, one other phrasing and two sentences of answer each; no question twice."""
    combinations = list(product(_SERIES, _GOODS, range(len(_ASK))))
    for number, (series, goods, ask) in enumerate(chooser.sample(combinations, count)):
        name = series + goods
        question = _ASK[ask].format(name)
        told = chooser.sample(_TELL, 2)
        yield IndexedEntry(
            id=number,
            phrasings=(question, chooser.choice(_ASK_OTHERWISE).format(question)),
            answer="。".join(sentence.format(name) for sentence in told) + "。",
            applies=_RESTRICTIONS[number // 5 % len(_RESTRICTIONS)] if number % 5 == 0 else EVERYBODY,
        )


def _dictionary() -> Dictionary:
    """As large as a diligent shop's: every article by a nickname, some brands, some frequent misspellings."""
    names = [series + goods for series, goods in islice(product(_SERIES, _GOODS), 350)]
    return Dictionary(
        groups=tuple((normalise(name), f"小{normalise(name)}", f"{normalise(name)}新款") for name in names[:200]),
        protected=tuple(f"青禾{normalise(name)}" for name in names[200:250]),
        stop_words=tuple(f"青禾{number}" for number in range(50)),
        corrections=tuple((f"错{normalise(name)}", normalise(name)) for name in names[300:350]),
    )


def _articles() -> list[Article]:
    return [
        Article(f"QH-{number:05d}", series + goods)
        for number, (series, goods) in enumerate(islice(product(_SERIES, _GOODS), 500))
    ]


def _reword(question: str, chooser: random.Random) -> str:
    """Like the question, not equal to it: a greeting before, one character lost, a word after."""
    place = chooser.randrange(len(question))
    return f"你好，{question[:place]}{question[place + 1 :]}呀急"


def _around(centre: NDArray[np.float32], count: int, numbers: np.random.Generator) -> NDArray[np.float16]:
    """Unit vectors that have a cosine of about `_NEARNESS` with each other, made in pieces to save memory."""
    parts: Sequence[NDArray[np.float16]] = [
        _unit(
            np.sqrt(_NEARNESS) * centre
            + np.sqrt(1 - _NEARNESS) * _unit(numbers.standard_normal((size, DIMENSIONS), dtype=np.float32))
        ).astype(np.float16)
        for size in (min(20_000, count - start) for start in range(0, count, 20_000))
    ]
    return np.concatenate(parts)


def _unit(matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
