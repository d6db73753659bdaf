"""Made-up conversations of the past, for tests."""

import json
from collections.abc import Sequence

from cs_platform.text import phrase_key
from kb.history_files import Table
from kb.mining.conversation import Conversation, Turn
from kb.models import HistoryImport, HistoryQuestion, MinedQuestion
from kb.services.history_intake import start_history
from kb.services.history_work import advance

LAMP_ANSWER = "台灯的灯泡可以自己换，拧开灯罩就能取下来，型号是 E14。"
POST_ANSWER = "每天下午四点前付款的订单当天发出，之后的第二天发出。"


def talk(*texts: str, name: str = "1") -> Conversation:
    """The customer begins, then both take turns."""
    turns = [Turn("agent" if place % 2 else "customer", text) for place, text in enumerate(texts)]
    return Conversation(name, tuple(turns))


def dialogues(*talks: Sequence[str], first: int = 1) -> bytes:
    """A jsonl file of conversations in which both take turns."""
    return "\n".join(
        json.dumps(
            {
                "id": str(number),
                "turns": [
                    {"role": "agent" if place % 2 else "customer", "text": text} for place, text in enumerate(texts)
                ],
            },
            ensure_ascii=False,
        )
        for number, texts in enumerate(talks, first)
    ).encode()


def shop_history(first: int = 1) -> bytes:
    """Three ask about the bulb in their own words, two about shipping, one about something else."""
    return dialogues(
        ("你好，台灯的灯泡怎么换？", f"亲，您好！{LAMP_ANSWER}谢谢亲"),
        ("灯泡坏了可以自己换吗", LAMP_ANSWER),
        ("在吗", "在的亲", "怎么更换台灯灯泡", LAMP_ANSWER),
        ("今天下单什么时候发货", POST_ANSWER),
        ("今天下单什么时候发货？", POST_ANSWER, "好的谢谢", "不客气"),
        ("这个颜色有粉色的吗", "没有粉色的哦，只有白色和灰色。"),
        first=first,
    )


def import_history(content: bytes, name: str = "chats.jsonl") -> HistoryImport:
    """Take it in and work it through here."""
    history = start_history(name=name, content=content, by=None)
    while advance(history.pk):
        pass
    history.refresh_from_db()
    return history


def make_mined(question: str = "台灯的灯泡怎么换？", answer: str = LAMP_ANSWER, **fields: object) -> MinedQuestion:
    """A group of three questions."""
    mined = MinedQuestion.objects.create(
        question=question, answer=answer, **{"phrasings": "灯泡坏了可以自己换吗", "count": 3, "share": 0.5, **fields}
    )
    history, _created = HistoryImport.objects.get_or_create(content_hash="made", defaults={"status": "done"})
    for place in range(mined.count):
        HistoryQuestion.objects.create(
            of=history, reference=f"{mined.pk}:{place}", key=phrase_key(question), text=question, group=mined
        )
    return mined


def table(*rows: Sequence[str], headers: Sequence[str] = ("会话ID", "发送者", "消息内容", "时间")) -> Table:
    return Table(list(headers), [list(row) for row in rows])
