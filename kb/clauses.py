"""What an answer tells, clause by clause and in its context: what a question is compared with besides phrasings.

"运费谁出，质量问题由我们承担" is close to "坏了还要我出邮费吗", neither half of it is: a clause alone has lost what
it is about, and a whole answer is about too much at once.
"""

import re
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"[。！？；!?;\r\n]+")
_CLAUSE_END = re.compile(r"[，,]")
_LEAST = 8  # shorter ones go together with the next
_LEFT_OVER = 4  # what is shorter at the end of a sentence joins the clause before
_CLAUSE_MAX = 100
_CLAUSES_MAX = 40  # a whole policy as an answer: what stands far down is found by its words


def told(question: str, answer: str) -> list[str]:
    """Each clause of an answer after the question that it answers; nothing for an empty answer."""
    return [f"{question}，{clause[:_CLAUSE_MAX]}" for clause in _clauses(answer)][:_CLAUSES_MAX]


def _clauses(answer: str) -> list[str]:
    return [clause for sentence in _SENTENCE_END.split(answer) for clause in _clauses_of(sentence)]


def _clauses_of(sentence: str) -> Iterator[str]:
    """Neighbouring pieces together until they are long enough to mean something."""
    pieces = [" ".join(piece.split()) for piece in _CLAUSE_END.split(sentence) if piece.strip()]
    clauses: list[str] = []
    for piece in pieces:
        if clauses and len(clauses[-1]) < _LEAST:
            clauses[-1] = f"{clauses[-1]}，{piece}"
        else:
            clauses.append(piece)
    if len(clauses) > 1 and len(clauses[-1]) < _LEFT_OVER:
        last = clauses.pop()
        clauses[-1] = f"{clauses[-1]}，{last}"
    yield from clauses
