"""Where the content is: the data file, and the files beside it."""

from __future__ import annotations

from pathlib import Path as File

_PACKAGED = File(__file__).parent.parent / "data" / "conditions.yaml"
_CHECKOUT = File(__file__).parents[3] / "data" / "conditions.yaml"


def data_file() -> File:
    """The packaged data file, in an installed wheel or in a checkout."""
    return _PACKAGED if _PACKAGED.is_file() else _CHECKOUT


def schema_file(name: str = "conditions") -> File:
    """The JSON Schema of the data file, or of another kind of file."""
    return data_file().with_name(f"{name}.schema.json")


def translations(file: File) -> list[File]:
    """The translations beside a data file."""
    return sorted((file.parent / "translations").glob("*.yaml"))


def languages() -> list[str]:
    """The codes of the languages of the packaged content, English first."""
    return ["en", *(file.stem for file in translations(data_file()))]
