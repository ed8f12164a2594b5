"""sciaticheck: a red-flag checker for back and leg pain. This is the public Python API."""

from typing import TYPE_CHECKING, Any

from sciaticheck.engine.assess import assess
from sciaticheck.engine.assessment import Assessment
from sciaticheck.errors import AnswersError, KnowledgeError, Problem, SciaticheckError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.version import __version__

if TYPE_CHECKING:
    from sciaticheck.batch.table import assess_table

__all__ = [
    "AnswersError",
    "Assessment",
    "Knowledge",
    "KnowledgeError",
    "Problem",
    "SciaticheckError",
    "__version__",
    "assess",
    "assess_table",
    "load_knowledge",
]


def __getattr__(name: str) -> Any:
    """Loads what needs NumPy only when it is asked for."""
    if name == "assess_table":
        from sciaticheck.batch.table import assess_table

        return assess_table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
