"""Which sentence vectors come with the code: of the shipped lines and of the sample knowledge.

Without them the first start would compute for over a minute before it understands anything. Another encoder computes
its own in the background, as for any text. `manage.py ship_vectors` makes the file anew when texts have changed.
"""

from pathlib import Path

import numpy as np

from cs_platform.ai.encoder import Encoder
from kb.defaults.samples import SAMPLE_ENTRIES
from kb.lexicon import yardsticks
from kb.prepared import IndexedEntry, texts_to_encode
from kb.vectors import SHIPPED_FILE, encode_batches, shipped_table, text_hash


def shipped_texts() -> list[str]:
    """Every text whose vector is shipped; no repeats."""
    samples = (IndexedEntry(0, (one.question, *one.variants), one.answer) for one in SAMPLE_ENTRIES)
    return list(dict.fromkeys((*yardsticks(), *texts_to_encode(samples))))


def write_shipped(encoder: Encoder, path: Path = SHIPPED_FILE) -> int:
    """Store them, those that are new computed and the others taken over; returns how many there are."""
    texts = {text_hash(text): text for text in shipped_texts()}
    known = shipped_table(encoder.model_id)
    rows = {key: row for key in texts if (row := known.get(key)) is not None}
    for batch, matrix in encode_batches([text for key, text in texts.items() if key not in rows], encoder):
        rows |= zip(map(text_hash, batch), matrix.astype(np.float16), strict=True)
    matrix = np.stack([rows[key] for key in texts])
    np.savez_compressed(path, model_id=encoder.model_id, hashes=np.array(list(texts)), matrix=matrix)
    return len(texts)
