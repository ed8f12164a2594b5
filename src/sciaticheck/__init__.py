"""sciaticheck: a red-flag checker for back and leg pain. This is the public Python API."""

from sciaticheck.engine import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.errors import AnswersError, KnowledgeError, Problem, SciaticheckError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.version import __version__

__all__ = [
    "AnswersError",
    "Assessment",
    "Knowledge",
    "KnowledgeError",
    "Problem",
    "SciaticheckError",
    "__version__",
    "assess",
    "load_knowledge",
]
