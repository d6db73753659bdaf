"""Back office of knowledge: entries with import and export, topics, products, what is missing, proposed,
tried, and found in conversations of the past."""

from kb.admin.category import CategoryAdmin
from kb.admin.coverage import CoverageAdmin
from kb.admin.dictionary import SynonymGroupAdmin, TermAdmin
from kb.admin.entry import EntryAdmin
from kb.admin.experiment import ExperimentAdmin
from kb.admin.flow import FlowAdmin
from kb.admin.gap import GapAdmin
from kb.admin.golden import GoldenQuestionAdmin
from kb.admin.golden_run import GoldenRunAdmin
from kb.admin.history import HistoryImportAdmin
from kb.admin.lesson import LessonAdmin
from kb.admin.mined import MinedQuestionAdmin
from kb.admin.product import ProductAdmin
from kb.admin.proposal import ProposalAdmin

__all__ = [
    "CategoryAdmin",
    "CoverageAdmin",
    "EntryAdmin",
    "ExperimentAdmin",
    "FlowAdmin",
    "GapAdmin",
    "GoldenQuestionAdmin",
    "GoldenRunAdmin",
    "HistoryImportAdmin",
    "LessonAdmin",
    "MinedQuestionAdmin",
    "ProductAdmin",
    "ProposalAdmin",
    "SynonymGroupAdmin",
    "TermAdmin",
]
