"""Golden questions put to an index: what a customer who asks them would get."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.utils import timezone

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder
from cs_platform.handoff import Known, parse_handoff
from cs_platform.text import phrase_key
from kb.answering import Answer, answer_from
from kb.confidence import Stance
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.models import GoldenQuestion
from kb.offers import ChannelFacts, facts_of_channel
from kb.rehearsal import Case, Expected, Told
from kb.scope import Scope
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash

Asking = Callable[[str], Answer]


def golden_cases() -> list[Case]:
    """Every golden question that is asked whenever knowledge changes."""
    rows = list(GoldenQuestion.objects.active().select_related("entry", "product").order_by("pk"))
    facts = {channel: facts_of_channel(channel) for channel in {golden.channel for golden in rows}}
    return [case_of(golden, facts[golden.channel]) for golden in rows]


def case_of(golden: GoldenQuestion, channel: ChannelFacts | None = None) -> Case:
    """A golden question as it is tried; one whose entry is gone expects nothing any more.

    `channel` is what is known of its channel, where that was looked up before.
    """
    kind = golden.expectation
    entry = golden.entry if kind == GoldenQuestion.Expectation.ENTRY else None
    channel = channel or facts_of_channel(golden.channel)
    return Case(
        question=golden.question,
        expected=Expected(kind, entry.pk if entry else None, golden.word_list),  # type: ignore[arg-type]
        expected_title=entry.question if entry else "",
        is_blocking=golden.is_blocking,
        golden_id=golden.pk,
        scope=scope_of(golden.channel, golden.product_id, golden.stage, channel),
        stance=channel.stance,
        asked_as=golden.asked_as,
    )


def scope_of(channel: str, product_id: int | None, stage: str, facts: ChannelFacts) -> Scope:
    """Who asks a golden question."""
    return Scope(channel, facts.kind, frozenset([product_id] if product_id else []), stage)


def ask_all(
    index: KnowledgeIndex,
    cases: Sequence[Case],
    handoffs: Mapping[int, str],
    now: datetime | None = None,
    stance: Stance | None = None,
) -> list[Told]:
    """Each question answered from this index, with stored vectors where there are some.

    `stance` takes the place of the one that holds where a question is asked.
    """
    now = now or timezone.now()
    vectors = question_vectors(index, [case.question for case in cases])
    answers = (
        answer_from(index, case.question, case.scope, now, vector, stance or case.stance)
        for case, vector in zip(cases, vectors, strict=True)
    )
    return [told_of(answer, index, case, handoffs) for case, answer in zip(cases, answers, strict=True)]


def told_of(answer: Answer, index: KnowledgeIndex, case: Case, handoffs: Mapping[int, str]) -> Told:
    """An answer as it is judged. Given word for word by a twin of the expected entry, it is the expected one's."""
    if answer.entry_id is None:
        offered = tuple(option.entry_id for option in answer.options)
        titles = " / ".join(option.text for option in answer.options)
        return Told(answer.band, title=titles, offered=offered, confidence=answer.confidence)
    entry_id = answer.entry_id
    wanted = index.get(case.expected.entry_id or 0)
    if wanted is not None and phrase_key(wanted.answer) == phrase_key(answer.text):
        entry_id = wanted.id
    entry = index.get(entry_id)
    condition = handoffs.get(answer.entry_id, "")
    band = "handoff" if condition and is_for_people(condition, case.question) else answer.band
    return Told(band, entry_id, entry.question if entry else "", answer.text, confidence=answer.confidence)


def is_for_people(condition: str, question: str) -> bool:
    """Whether a person answers this to a customer of whom nothing else is known."""
    return parse_handoff(condition).holds(Known(said=question))


def question_vectors(index: KnowledgeIndex, questions: Sequence[str]) -> list[Floats | None]:
    """The vectors of questions as this index reads them, out of the database; None where there are none."""
    encoder = get_encoder() if index.understands else None
    if encoder is None:
        return [None] * len(questions)
    texts = question_texts(index, questions)
    store_vectors(texts)
    table = load_table(map(text_hash, texts), encoder.model_id, VectorTable.empty())
    return [_row(table, text) for text in texts]


def question_texts(index: KnowledgeIndex, questions: Iterable[str]) -> list[str]:
    """What of each question is read by meaning."""
    return [index.reader.read(question).text[:QUESTION_MAX_CHARS] for question in questions]


def store_vectors(texts: Iterable[str], most: int | None = None) -> int:
    """Have these texts' vectors in the database; returns how many were left out because there were too many."""
    encoder = get_encoder()
    if encoder is None:
        return 0
    missing = missing_texts(texts, encoder.model_id)
    for _done in encode_texts(missing[:most], encoder):
        pass
    return max(0, len(missing) - (len(missing) if most is None else most))


def _row(table: VectorTable, text: str) -> Floats | None:
    vector = table.get(text_hash(text))
    return None if vector is None else vector.astype("float32")
