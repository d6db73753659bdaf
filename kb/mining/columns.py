"""Which column of an export says what: guessed from headers and values, chosen by a person, remembered by name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from cs_platform.text import normalise

CONVERSATION, WHO, TEXT, TIME = "conversation", "who", "text", "time"
COLUMNS = (CONVERSATION, WHO, TEXT, TIME)
CUSTOMER, AGENT, NOBODY = "customer", "agent", "nobody"
VALUES_SHOWN = 12
_CUSTOMER_WORDS_MAX = 3

# Headers of exports, the most telling first.
_NAMES = {
    CONVERSATION: (
        "会话id 会话编号 会话 对话id 对话编号 对话 聊天id session_id session sessionid conversation_id conversation"
        " chat_id dialog_id dialogue_id id 买家 买家昵称 买家id 客户id 客户昵称 客户 顾客 访客id 访客 用户id"
        " customer_id customer visitor buyer"
    ),
    WHO: (
        "发送者角色 角色 role 发送方 发送者 发送人 发言人 发言者 说话人 消息类型 消息来源 来源 sender_type sender"
        " from speaker author 方向 direction 昵称 名称 姓名 name"
    ),
    TEXT: "消息内容 聊天内容 对话内容 发言内容 内容 消息 文本 发言 正文 聊天记录 text content message msg body",
    TIME: "发送时间 消息时间 聊天时间 创建时间 日期时间 时间 日期 time timestamp sent_at created_at datetime date",
}
# Values of the speaker's column; a Chinese word may be part of one (“旗舰店客服小美”), an English one is the whole.
_WORDS = {
    NOBODY: "系统 机器人 智能 提示 system robot bot event notice",
    AGENT: "客服 坐席 座席 商家 卖家 店铺 店小二 人工 agent seller staff service shop operator assistant out 发送",
    CUSTOMER: "客户 顾客 买家 用户 访客 会员 粉丝 customer user buyer visitor client guest in 接收",
}


@dataclass(frozen=True)
class ColumnMapping:
    """Columns by their header; what the values of `who` mean, and what every other value means."""

    conversation: str = ""
    who: str = ""
    text: str = ""
    time: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    others: str = CUSTOMER

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "ColumnMapping":
        """What was stored; unknown keys of another version are left out."""
        return cls(**{key: stored[key] for key in cls.__dataclass_fields__ if key in stored})

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"values": dict(self.values)}

    @property
    def is_complete(self) -> bool:
        """Whether conversations can be put together by it."""
        meanings = {*self.values.values(), self.others}
        return bool(self.conversation and self.who and self.text) and {CUSTOMER, AGENT} <= meanings

    def role_of(self, value: str) -> str:
        return self.values.get(value.strip(), self.others)


def guess(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> ColumnMapping:
    """The most likely meaning; a column that nothing speaks for stays empty."""
    places: dict[str, int] = {}
    for column in (TEXT, WHO, CONVERSATION, TIME):
        if (place := _by_name(column, headers, set(places.values()))) is not None:
            places[column] = place
    if TEXT not in places and (longest := _longest(rows, set(places.values()))) is not None:
        places[TEXT] = longest
    named: dict[str, Any] = {column: headers[place] for column, place in places.items()}
    if WHO not in places:
        return ColumnMapping(**named)
    who, conversation = places[WHO], places.get(CONVERSATION)
    values = guess_values([(_cell(row, who), _cell(row, conversation)) for row in rows])
    return ColumnMapping(**named, values=values)


def guess_values(seen: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What the values of the speaker's column mean, from pairs (speaker, conversation).

    By their words; and a name that speaks in many conversations is an agent's, a customer speaks in his own.
    """
    counts: Counter[str] = Counter()
    conversations: dict[str, set[str]] = defaultdict(set)
    for who, conversation in seen:
        counts[who] += 1
        conversations[who].add(conversation)
    meanings = {who: meaning for who, _count in counts.most_common() if (meaning := _by_word(who))}
    if sum(meaning == CUSTOMER for meaning in meanings.values()) > _CUSTOMER_WORDS_MAX:
        # These are shoppers by name, and no name is kept: everybody else is a customer anyway.
        meanings = {who: meaning for who, meaning in meanings.items() if meaning != CUSTOMER}
    if AGENT in meanings.values():
        return meanings
    all_conversations = len(set().union(*conversations.values())) if conversations else 0
    for who, _count in counts.most_common(VALUES_SHOWN):
        if who not in meanings and all_conversations > 2 and len(conversations[who]) > max(2, 0.1 * all_conversations):
            meanings[who] = AGENT
    return meanings


def frequent_values(rows: Sequence[Sequence[str]], place: int) -> list[tuple[str, int]]:
    """The speakers who say most, with their number of messages; shoppers by name are not listed one by one."""
    said = Counter(_cell(row, place) for row in rows).most_common(VALUES_SHOWN)
    return [(name, count) for rank, (name, count) in enumerate(said) if rank < 2 or count * 100 >= len(rows)]


def _by_name(column: str, headers: Sequence[str], taken: set[int]) -> int | None:
    plain = [normalise(header).replace(" ", "_") for header in headers]
    for name in _NAMES[column].split():
        for place, header in enumerate(plain):
            if place not in taken and header == name:
                return place
    for name in _NAMES[column].split():
        for place, header in enumerate(plain):
            if place not in taken and len(name) > 1 and not name.isascii() and name in header:
                return place
    return None


def _longest(rows: Sequence[Sequence[str]], taken: set[int]) -> int | None:
    """The column with the longest texts."""
    width = max((len(row) for row in rows), default=0)
    lengths = {place: sum(len(_cell(row, place)) for row in rows) for place in range(width) if place not in taken}
    return max(lengths, key=lambda place: lengths[place]) if lengths else None


def _by_word(value: str) -> str:
    plain = normalise(value)
    for meaning, words in _WORDS.items():
        if any(plain == word or (not word.isascii() and word in plain) for word in words.split()):
            return meaning
    return ""


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
