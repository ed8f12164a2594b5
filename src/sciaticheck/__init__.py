"""sciaticheck: a red-flag checker for back and leg pain. The Python API, and nothing else."""

from sciaticheck.assessment import Assessment
from sciaticheck.engine import assess
from sciaticheck.errors import AnswersError, KnowledgeError, Problem, SciaticheckError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge

__all__ = [
    "AnswersError",
    "Assessment",
    "Knowledge",
    "KnowledgeError",
    "Problem",
    "SciaticheckError",
    "assess",
    "load_knowledge",
]

__version__ = "0.1.0"
