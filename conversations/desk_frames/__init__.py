"""Frames of the agent's socket beyond lists, threads and ownership: a file per subject, mixed into the consumer."""

from conversations.desk_frames.facts import FactsFrames

__all__ = ["FactsFrames"]
