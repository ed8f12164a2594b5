"""`assess_table`: a table of answers in memory to a table of results of the same kind."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from sciaticheck.answers.document import respondent
from sciaticheck.answers.record import Location
from sciaticheck.answers.spelling import BLANKS
from sciaticheck.batch.assessor import Assessor, Results
from sciaticheck.batch.collected import WRONG, StateTable
from sciaticheck.batch.job import job
from sciaticheck.batch.row_writer import Formatter
from sciaticheck.errors import AnswersError
from sciaticheck.formats.header import Wanted
from sciaticheck.inputs.opening import missing_extra
from sciaticheck.inputs.table import as_text, table_of
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import Knowledge
from sciaticheck.rules.states import UNANSWERED

AnyTable = TypeVar("AnyTable")

_NAME = "table"  # in problems, and in ids that are not given


def assess_table(table: AnyTable, knowledge: Knowledge | None = None) -> AnyTable:
    """The results for a table with a column a question and, if wanted, `id`: a table of the same kind.

    `table` is a pandas or Polars DataFrame, a table of PyArrow, or a list of dicts. Answers may be texts, booleans, 0
    and 1 as whole numbers or not, and missing values as pandas, NumPy and Python write them. The result has a row for
    each row, in the same order, with the columns of `sciaticheck batch` and `problems`: what is wrong with a record
    that cannot be read, whose other columns are missing then. `red_flags` is text with `;` between the ids.

    Raises AnswersError if no column is a question, or if a column's name is close to that of one. Other columns are not
    read, with a warning.

    Examples:
        >>> assess_table([{"id": "a", "fever": True}, {"id": "b", "fever": "perhaps"}])[0]["advice"]
        'same_day'
    """
    known = knowledge or load_knowledge()
    named = _columns(table)
    found = table_of([name for name, _ in named], _NAME, Wanted(known))
    columns = {name: named[place][1] for name, place in found.columns.items()}
    for note in found.notes:
        warnings.warn(str(note), stacklevel=2)
    count = len(next(iter(columns.values()), ()))
    assessor = Assessor(known)
    states = np.full((len(assessor.order), count), UNANSWERED, np.uint8)
    seen = StateTable(_text, WRONG)
    for place, name in enumerate(assessor.order):
        if name in columns:
            states[place] = _states(columns[name], seen)
    bad = (states == WRONG).any(axis=0) | assessor.conflicts(states)
    problems: list[str | None] = [None] * count
    for place in np.flatnonzero(bad).tolist():
        problems[place] = _problems(columns, place, known)
    ids = _ids(columns.get("id"), count)
    results = assessor.results(np.where(bad, np.uint8(UNANSWERED), states))
    result: AnyTable = _like(table, _made(results, ids, problems, known, assessor))
    return result


def _columns(table: Any) -> list[tuple[str, Sequence[Any]]]:
    """The name and the values of each column, as Python has them."""
    if isinstance(table, list | tuple) and all(isinstance(record, Mapping) for record in table):
        names = dict.fromkeys(name for record in table for name in record)
        return [(str(name), [record.get(name) for record in table]) for name in names]
    if not hasattr(table, "__arrow_c_stream__"):
        kind = type(table).__name__
        raise TypeError(f"a DataFrame, a table of Arrow or a list of dicts is needed, not {kind}")
    try:
        import pyarrow as pa
    except ImportError as error:
        raise AnswersError([missing_extra("PyArrow for tables")]) from error
    try:
        arrow = pa.table(table)
    except (ValueError, TypeError):  # values of different kinds, or a name that is there twice, as pandas may hold
        return [(str(name), values.tolist()) for name, values in table.items()]
    return [(name, arrow.column(place)) for place, name in enumerate(arrow.column_names) if name[:8] != "__index_"]


def _states(values: Any, seen: StateTable) -> Any:
    """The states of a column, each distinct value of Arrow's looked up once."""
    if not hasattr(values, "chunks"):
        return [_state(value, seen) for value in values]
    from sciaticheck.batch.arrow_reader import states_of

    parts = [states_of(chunk, seen) for chunk in values.chunks]
    return np.concatenate(parts) if parts else []


def _state(value: Any, seen: StateTable) -> int:
    try:
        return seen[value]
    except TypeError:  # a list or another value that cannot be remembered
        return StateTable(_text, WRONG)[_text(value)]


def _text(value: Any) -> str:
    """A value as text: a scalar of NumPy as Python's, a missing value of any library as nothing."""
    if hasattr(value, "as_py"):
        value = value.as_py()
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    try:
        if value is not None and not bool(value == value):  # NaN and NaT differ from themselves
            return ""
    except (TypeError, ValueError):  # pd.NA says neither
        return ""
    return as_text(value)


def _problems(columns: Mapping[str, Sequence[Any]], place: int, knowledge: Knowledge) -> str:
    raw = {name: _text(values[place]) for name, values in columns.items() if name in knowledge.questions}
    found = respondent(raw, Location(), "", knowledge)[1]
    return " ".join(problem.message for problem in found)


def _ids(values: Any, count: int) -> list[str]:
    """The ids, those not given made of the record's number."""
    given = [""] * count if values is None else values.to_pylist() if hasattr(values, "to_pylist") else values
    texts = (id if isinstance(id, str) else _text(id) for id in given)
    return [text if text.strip(BLANKS) else f"{_NAME}:{place}" for place, text in enumerate(texts, start=1)]


def _made(
    results: Results, ids: list[str], problems: list[str | None], knowledge: Knowledge, assessor: Assessor
) -> dict[str, list[Any]]:
    """The columns of the result. Those of a record with problems are None but for its id."""
    form = Formatter(job(knowledge), assessor)
    made: dict[str, list[Any]] = {"id": ids}
    for name in form.names[1:]:
        if name == "red_flags":
            made[name] = form.listed(results)
        else:
            made[name] = [form.few[name][place] for place in form.places(name, results).tolist()]
    for place, problem in enumerate(problems):
        if problem is not None:
            for name in made.keys() - {"id"}:
                made[name][place] = None
    return {**made, "problems": list(problems)}


def _like(table: Any, made: dict[str, list[Any]]) -> Any:
    """The columns as a table of the same kind, and with the same index if it has one."""
    if isinstance(table, list | tuple):
        return [dict(zip(made, row, strict=True)) for row in zip(*made.values(), strict=True)]
    if hasattr(table, "iloc"):  # pandas, whose own constructor keeps None and whole columns of it
        return type(table)(made, index=table.index)
    import pyarrow as pa

    kinds = {"complete": pa.bool_()} | {name: pa.float64() for name in made if name.startswith("score_")}
    arrays = {name: pa.array(values, kinds.get(name, pa.string())) for name, values in made.items()}
    is_arrow = isinstance(table, pa.Table | pa.RecordBatch)
    return type(table).from_pydict(arrays) if is_arrow else type(table)(pa.table(arrays))
