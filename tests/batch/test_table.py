"""`assess_table`: any kind of table in, the same kind out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from random_records import answers
from sciaticheck import AnswersError, Knowledge, assess, assess_table
from sciaticheck.batch.rows import columns, row

ROWS: list[dict[str, Any]] = [
    {"id": "a", "fever": True, "back_pain": 1.0},
    {"id": "b", "fever": np.True_, "back_pain": np.int64(1)},
    {"id": None, "fever": float("nan"), "back_pain": " Yes "},
    {"id": "d", "fever": 2, "back_pain": np.nan},
    {"id": "e", "fever": "", "back_pain": None, "both_legs": "no", "both_legs_new": "yes"},
    {"id": "f"},
]
ADVICE = ["same_day", "same_day", "not_enough_answers", None, None, "nothing_answered"]


def test_a_list_of_dicts_gives_one(knowledge: Knowledge) -> None:
    made = assess_table(ROWS)
    assert [list(each) for each in made] == [[*columns(knowledge), "problems"]] * len(ROWS)
    assert [each["advice"] for each in made] == ADVICE
    assert [each["id"] for each in made] == ["a", "b", "table:3", "d", "e", "f"]
    assert "'2' is not an answer" in made[3]["problems"]
    assert "contradicts" in made[4]["problems"]
    assert made[0]["problems"] is None


def test_pandas_of_mixed_kinds_keeps_its_index() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame([*ROWS[:5], {"id": "f", "fever": pd.NA}], index=list("uvwxyz"))
    made = assess_table(frame)
    assert isinstance(made, pd.DataFrame)
    assert list(made.index) == list("uvwxyz")
    assert made["advice"].tolist() == ADVICE
    typed = pd.DataFrame({"fever": pd.array([True, None, False], "boolean"), "back_pain": [1.0, np.nan, 0.0]})
    assert assess_table(typed)["advice"].tolist() == ["same_day", "nothing_answered", "nothing_reported"]


def test_polars_and_arrow() -> None:
    pl, pa = pytest.importorskip("polars"), pytest.importorskip("pyarrow")
    given = {"id": ["1", "2"], "fever": [1.0, None], "back_pain": ["Yes", ""]}
    for kind in (pl.DataFrame, pa.table):
        made = assess_table(kind(given))
        assert type(made) is type(kind(given))
        assert list(made["urgency"].to_pylist() if kind is pa.table else made["urgency"]) == ["same_day", "routine"]


def test_other_columns_are_named_once_and_slips_refused() -> None:
    with pytest.warns(UserWarning, match="weight_kg"):
        assess_table([{"fever": 1, "weight_kg": 80}])
    with pytest.raises(AnswersError, match="Did you mean 'fever'"):
        assess_table([{"fevre": 1, "back_pain": 1}])
    with pytest.raises(AnswersError, match="no column is a question"):
        assess_table([{"x": 1}])
    with pytest.raises(TypeError, match="not dict"):
        assess_table({"fever": [1]})
    assert assess_table([{"fever": 0}])[0]["score_spinal_infection"] == 0


def test_no_column_is_lost_by_its_name() -> None:
    pd, pa = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    spaced = [" saddle_numbness", "id "]
    for table in ([dict(zip(spaced, ("yes", "a"), strict=True))], pd.DataFrame([["yes", "a"]], columns=spaced)):
        made = assess_table(table)
        first = made[0] if isinstance(made, list) else made.iloc[0]
        assert (first["id"], first["urgency"]) == ("a", "emergency")
    arrays = [pa.array(["yes"]), pa.array(["no"])]
    for twice in (
        pa.Table.from_arrays(arrays, names=["fever", "fever"]),
        pd.DataFrame([["yes", "no"]], columns=["fever", "fever"]),
        pd.DataFrame([["yes", 1], [2, "no"]], columns=["fever", "fever"]),
        [{"fever": "no", " fever": "yes"}],
    ):
        with pytest.raises(AnswersError, match="duplicate column 'fever'"):
            assess_table(twice)
    assert type(assess_table(pa.record_batch({"fever": ["yes"]}))) is pa.RecordBatch
    with pytest.raises(TypeError, match="not list"):
        assess_table([{"fever": "yes"}, None])  # type: ignore[list-item]


def test_the_rows_are_those_of_assess(knowledge: Knowledge) -> None:
    from random import Random

    random = Random(8)
    given = [answers(random, knowledge, False) for _ in range(300)]
    names = columns(knowledge)
    compared = 0
    for raw, made in zip(given, assess_table(given), strict=True):
        try:
            wanted = row(made["id"], assess(raw), names)
        except AnswersError:
            assert made["problems"]
            continue
        compared += 1
        assert {**made, "red_flags": [flag for flag in made["red_flags"].split(";") if flag]} == {
            **wanted,
            "problems": None,
        }
    assert compared > 100
