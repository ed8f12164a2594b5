"""The engine: answers and knowledge to an Assessment. Pure: it prints nothing, reads no file and knows no clock."""

from sciaticheck.engine.assess import assess

__all__ = ["assess"]
