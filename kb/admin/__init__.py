"""Back office of knowledge: entries with import and export, topics, products, what is missing, proposed and tried."""

from kb.admin.category import CategoryAdmin
from kb.admin.dictionary import SynonymGroupAdmin, TermAdmin
from kb.admin.entry import EntryAdmin
from kb.admin.experiment import ExperimentAdmin
from kb.admin.gap import GapAdmin
from kb.admin.product import ProductAdmin
from kb.admin.proposal import ProposalAdmin

__all__ = [
    "CategoryAdmin",
    "EntryAdmin",
    "ExperimentAdmin",
    "GapAdmin",
    "ProductAdmin",
    "ProposalAdmin",
    "SynonymGroupAdmin",
    "TermAdmin",
]
