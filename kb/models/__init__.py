"""Knowledge: categories, entries, products, what is missing, and what the search keeps of it all."""

from kb.models.category import Category
from kb.models.dictionary import SwitchedOffGroup, SynonymGroup, Term
from kb.models.entry import Entry
from kb.models.entry_version import EntryVersion
from kb.models.experiment import AnswerVariant, Experiment, Exposure
from kb.models.flow import Flow, FlowOption, FlowRun, FlowStep, FlowVersion
from kb.models.gap import Gap, GapQuestion
from kb.models.golden import GoldenQuestion, GoldenResult, GoldenRun, PublishLock
from kb.models.history import HistoryImport, HistoryPart, HistoryQuestion, MinedQuestion
from kb.models.lesson import Lesson, LessonGiven, SetAside
from kb.models.overlap import Overlap
from kb.models.picture import EntryPicture
from kb.models.product import Product
from kb.models.proposal import Proposal
from kb.models.search_state import KnowledgeVersion, Vector

__all__ = [
    "AnswerVariant",
    "Category",
    "Entry",
    "EntryPicture",
    "EntryVersion",
    "Experiment",
    "Exposure",
    "Flow",
    "FlowOption",
    "FlowRun",
    "FlowStep",
    "FlowVersion",
    "Gap",
    "GapQuestion",
    "GoldenQuestion",
    "GoldenResult",
    "GoldenRun",
    "HistoryImport",
    "HistoryPart",
    "HistoryQuestion",
    "KnowledgeVersion",
    "Lesson",
    "LessonGiven",
    "MinedQuestion",
    "Overlap",
    "Product",
    "Proposal",
    "PublishLock",
    "SetAside",
    "SwitchedOffGroup",
    "SynonymGroup",
    "Term",
    "Vector",
]
