"""`bench search`: one question against 500, 10,000 and 100,000 entries, and the same by brute force."""

import resource
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from cs_platform.ai.encoder import Encoder, get_encoder
from kb.answering import decide
from kb.codes import Catalogue
from kb.groups import Floats
from kb.index import KnowledgeIndex
from kb.scoring import Hit
from kb.search import question_vector
from kb.vocabulary import Vocabulary
from reports.benchmarks.contract import Benchmark, Say, percentiles
from reports.benchmarks.search_brute_force import BruteForce
from reports.benchmarks.search_shop import ASKED_BY, NOW, Shop, make_shop

Result = TypeVar("Result")

_SIZES = (500, 10_000, 100_000)
_QUESTIONS = 200
_REFERENCE_QUESTIONS = 20
_HITS = 8
_SETUP = (
    "Invented entries (a question, another phrasing, two sentences of answer), every fifth for one channel or season"
    " only, with a dictionary of 200 own synonym groups and 150 terms and a catalogue of 500 articles; generated unit"
    " vectors in place of"
    " encoding them. Each question is new: it costs one real call of the encoder and is then searched with a generated"
    " vector near its entry. One thread; p50/p95/p99 are wall time, cpu the processor time of the thread, which other"
    " work on the machine does not inflate. Reference: brute force (every phrasing and every answer sentence compared,"
    " no word left out, everything sorted), one encoder call included on both sides. ratio = reference cpu p50 /"
    " cpu p50; search_ratio the same without the encoder call; same_best = share of questions on which both find the"
    " same best entry."
)


@dataclass(slots=True)
class _Times:
    """Milliseconds of one kind of work, question by question."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, call: Callable[[], Result]) -> Result:
        wall, cpu = time.perf_counter(), time.thread_time()
        result = call()
        self.cpu.append((time.thread_time() - cpu) * 1_000)
        self.wall.append((time.perf_counter() - wall) * 1_000)
        return result

    def plus(self, other: "_Times") -> "_Times":
        return _Times(
            [one + more for one, more in zip(self.wall, other.wall, strict=True)],
            [one + more for one, more in zip(self.cpu, other.cpu, strict=True)],
        )

    def figures(self) -> dict[str, object]:
        return {**percentiles(self.wall), "cpu": percentiles(self.cpu)}

    @property
    def cpu_median(self) -> float:
        return percentiles(self.cpu)["p50_ms"]


def add_arguments(parser: ArgumentParser) -> None:
    """Options of `bench search`."""
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES, help="Numbers of entries.")
    parser.add_argument("--questions", type=int, default=_QUESTIONS, help="Questions per size.")


def run(options: Namespace, say: Say) -> dict[str, object]:
    """The figures per size; the top level repeats those of the largest."""
    started = time.perf_counter()
    encoder = get_encoder()
    sizes = [_measure(size, options.questions, encoder, say) for size in sorted(options.sizes)]
    return {
        "name": "search",
        **sizes[-1],
        "n": options.questions * len(sizes),
        "seconds": round(time.perf_counter() - started, 1),
        "errors": 0,
        "encoder": encoder.model_id if encoder else None,
        "setup": _SETUP,
        "sizes": sizes,
    }


def _measure(size: int, questions: int, encoder: Encoder | None, say: Say) -> dict[str, object]:
    say(f"{size} entries: inventing a shop")
    shop = make_shop(size, questions)
    say(f"{size} entries: building the index")
    build = _Times()
    vocabulary = Vocabulary(shop.dictionary)
    index = build.take(
        partial(KnowledgeIndex, shop.entries, shop.table, vocabulary=vocabulary, catalogue=Catalogue(shop.articles))
    )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    say(f"{size} entries: {questions} questions")
    encoding, reading, words, searching, best = _ask(index, shop, encoder)
    if encoder is None:
        encoding = _Times([0.0] * questions, [0.0] * questions)
    say(f"{size} entries: brute force")
    reference, reference_best = _ask_brute_force(shop, index)
    whole, encode_ms = encoding.plus(reading).plus(searching), encoding.cpu_median
    same = [one == other for one, other in zip(best, reference_best, strict=False)]
    return {
        "entries": size,
        "texts": len(shop.table),
        **whole.figures(),
        "per_second": round(1_000 / whole.cpu_median, 1),
        "reference_per_second": round(1_000 / (encode_ms + reference.cpu_median), 1),
        "ratio": round((encode_ms + reference.cpu_median) / whole.cpu_median, 2),
        "search_ratio": round(reference.cpu_median / searching.cpu_median, 2),
        "same_best": round(sum(same) / len(same), 3),
        "read": reading.figures(),
        "words": words.figures(),
        "encode": encoding.figures(),
        "search": searching.figures(),
        "build_seconds": round(build.wall[0] / 1_000, 3),
        "build_cpu_seconds": round(build.cpu[0] / 1_000, 3),
        "index_mb": round(index.nbytes / 1e6, 1),
        "process_peak_mb": round(peak_mb, 1),
    }


def _ask(
    index: KnowledgeIndex, shop: Shop, encoder: Encoder | None
) -> tuple[_Times, _Times, _Times, _Times, list[int]]:
    encoding, reading, words, searching, best = _Times(), _Times(), _Times(), _Times(), []
    for question, vector in zip(shop.questions, shop.vectors, strict=True):
        read = reading.take(partial(index.reader.read, question))
        if encoder is not None:
            encoding.take(partial(question_vector, index, question))
        words.take(partial(index.match_reading, read))
        hits = searching.take(partial(_search, index, question, vector))
        best.append(hits[0].entry.id)
    return encoding, reading, words, searching, best


def _search(index: KnowledgeIndex, question: str, vector: Floats) -> list[Hit]:
    hits = index.search(question, _HITS, vector=vector, fitting=index.fitting(ASKED_BY, NOW))
    decide(index, hits)
    return hits


def _ask_brute_force(shop: Shop, index: KnowledgeIndex) -> tuple[_Times, Sequence[int]]:
    brute, times = BruteForce(shop.entries, shop.table, index), _Times()
    asked = list(zip(shop.questions, shop.vectors, strict=True))[:_REFERENCE_QUESTIONS]
    fitting = index.fitting(ASKED_BY, NOW)
    return times, [times.take(partial(brute.best, question, vector, fitting)) for question, vector in asked]


BENCHMARK = Benchmark("One question against very many entries.", add_arguments, run)
