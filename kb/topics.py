"""Which topic a question of the past belongs to: that of the nearest entry, else the topic whose name is nearest."""

from collections.abc import Sequence

from cs_platform.ai.encoder import QUESTION_MAX_CHARS, get_encoder
from cs_platform.text import clean_question
from kb.categories import categories_by_path
from kb.models import Entry
from kb.search import search
from kb.vectors import VectorTable, encode_texts, load_table, missing_texts, text_hash

_LIFT_MIN = 0.05  # nearer to an entry than small talk comes by so much
_LEAD_MIN = 0.05  # nearer to the name of a topic than topics are on average; measured: 31 of 33 right above it


def guess_categories(questions: Sequence[str]) -> list[int | None]:
    """The likely topic of each question; None where nothing comes near."""
    by_entry = [_of_nearest_entry(question) for question in questions]
    left = [question for question, found in zip(questions, by_entry, strict=True) if found is None]
    by_name = iter(_of_nearest_name(left))
    return [found if found is not None else next(by_name) for found in by_entry]


def _of_nearest_entry(question: str) -> int | None:
    hits = search(question, 1)
    if not hits or hits[0].lift < _LIFT_MIN:
        return None
    return Entry.objects.filter(pk=hits[0].entry.id).values_list("category", flat=True).first()


def _of_nearest_name(questions: Sequence[str]) -> list[int | None]:
    encoder = get_encoder()
    paths = {path: category.pk for path, category in categories_by_path().items() if len(path) > 1}
    if encoder is None or not paths or not questions:
        return [None] * len(questions)
    names = ["，".join(path[1:]) for path in paths]
    texts = [clean_question(question)[:QUESTION_MAX_CHARS] for question in questions]
    for _done in encode_texts(missing_texts([*names, *texts], encoder.model_id), encoder):
        pass
    hashes = [text_hash(text) for text in (*names, *texts)]
    table = load_table(hashes, encoder.model_id, VectorTable.empty())
    rows = table.rows(table.places(hashes))
    cosines = rows[len(names) :] @ rows[: len(names)].T
    leads = cosines.max(axis=1) - cosines.mean(axis=1)
    ids = list(paths.values())
    return [ids[int(row.argmax())] if lead >= _LEAD_MIN else None for row, lead in zip(cosines, leads, strict=True)]
