"""Writes to knowledge, a module per noun."""

from kb.services.entries import (
    adopt_entries,
    announce_change,
    archive_entries,
    delete_entries,
    find_same_question,
    publish_entries,
    question_key,
    revert_entry,
    same_question_text,
    save_entry,
    unpublish_entries,
)

__all__ = [
    "adopt_entries",
    "announce_change",
    "archive_entries",
    "delete_entries",
    "find_same_question",
    "publish_entries",
    "question_key",
    "revert_entry",
    "same_question_text",
    "save_entry",
    "unpublish_entries",
]
