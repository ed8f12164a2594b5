"""The query that gives rows where the answers already are: in a database, or on Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product

from sciaticheck.answers.spelling import SPELLINGS, STATES
from sciaticheck.engine.advice import advice_level
from sciaticheck.engine.ranking import WEIGHT_OF_FLAG
from sciaticheck.engine.urgency import level_given
from sciaticheck.errors import visible
from sciaticheck.knowledge.model import RANK, URGENCIES, Condition, Knowledge, RedFlag
from sciaticheck.rules.criterion import describe
from sciaticheck.rules.sql import Dialect, value
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState


class Query:
    """Writes the query for one knowledge, table and dialect. `asked` are the questions that have a column.

    `carried` are columns passed on as they are, each under its own name or, as a pair, under another.
    """

    def __init__(
        self,
        knowledge: Knowledge,
        dialect: Dialect,
        table: str,
        asked: Sequence[str],
        carried: Sequence[tuple[str, str]] = (("id", "id"),),
    ) -> None:
        self.knowledge, self.dialect, self.table, self.asked, self.carried = knowledge, dialect, table, asked, carried
        self.name: Callable[[str], str] = dialect.name_of
        self.passed = [self.name(own) for _, own in carried]

    def text(self, order: str | None = None) -> str:
        """The query, its rows in the order of a column."""
        steps = {
            "words": self._words(),
            "given": self._given(),
            "answers": self._answers(),
            "flags": self._flags(),
            "levels": self._levels(),
            "ranks": self._ranks(),
        }
        before = self.dialect.path(self.table)
        made: list[str] = []
        for step, columns in steps.items():
            listed = ",\n".join(f"  {column}" for column in columns)
            made.append(f"sc_{step} AS {self.dialect.is_once}(\nSELECT\n{listed}\nFROM {before}{self.dialect.end}\n)")
            before = f"sc_{step}"
        listed = ",\n".join(f"  {column}" for column in self._rows())
        last = f"\nORDER BY {self.name(order)}" if order else ""
        return f"WITH {', '.join(made)}\nSELECT\n{listed}\nFROM {before}{last}"

    def _words(self) -> Iterator[str]:
        """Each cell as text, in lower case and without blanks around it."""
        for theirs, own in self.carried:
            yield f"{self.name(theirs)} AS {self.name(own)}"
        for id in self.asked:
            yield f"{self.dialect.word.format(self.name(id))} AS {self.name(id)}"

    def _given(self) -> Iterator[str]:
        """Each answer as a state; NULL for what is no answer."""
        yield from self.passed
        lists = {
            int(state): ", ".join(
                "'" + text.replace("'", "''") + "'" for text in SPELLINGS if SPELLINGS[text] == answer
            )
            for answer, state in STATES.items()
        }
        escaped = {text.replace("'", "\\'"): answer for text, answer in SPELLINGS.items()}  # as Spark wants it
        pairs = ", ".join(f"'{text}', {STATES[answer]:d}" for text, answer in escaped.items())
        for id in self.knowledge.questions:
            name = self.name(id)
            if id not in self.asked:
                yield f"{UNANSWERED:d} AS {name}"
                continue
            cases = " ".join(f"WHEN {name} IN ({texts}) THEN {state}" for state, texts in lists.items())
            found = self.dialect.lookup.format(name=name, default=int(UNANSWERED), cases=cases, pairs=pairs)
            yield f"{found} AS {name}"

    def _answers(self) -> Iterator[str]:
        """The answers after the follow-up rules, and what is wrong with a record.

        A follow-up about a worse form that is left open after a yes to its parent, or to another follow-up of it,
        counts as unsure.
        """
        yield from self.passed
        follow_ups = self.knowledge.follow_ups
        for id, question in self.knowledge.questions.items():
            name, parent = self.name(id), question.only_if or id
            family = [self.name(parent), *(self.name(each.id) for each in follow_ups if each.only_if == parent)]
            if len(family) == 1:
                yield name
                continue
            cases = [f"WHEN {self.name(parent)} = {NO:d} THEN {NO:d}"]
            if question.worse_form:
                after_yes = f"{name} = {UNANSWERED:d} AND {self.dialect.largest(family)} = {YES:d}"
                cases.append(f"WHEN {after_yes} THEN {UNSURE:d}")
            state = name if question.only_if else self.dialect.largest(family)
            yield f"CASE {' '.join(cases)} ELSE {state} END AS {name}"
        answered = self.dialect.largest([f"ABS({self.name(id)} - {UNANSWERED:d})" for id in self.asked])
        yield f"{answered} > 0 AS sc_answered"
        wrong = [f"CASE WHEN {self.name(id)} IS NULL THEN '{id}: unknown_value' END" for id in self.asked]
        wrong += [
            f"CASE WHEN {self.name(each.only_if or '')} = {NO:d} AND {self.name(each.id)} >= {UNSURE:d} "
            f"THEN '{each.id}: follow_up_conflict' END"
            for each in follow_ups
        ]
        yield f"NULLIF({self.dialect.concat('; ', wrong)}, '') AS problems"

    def _flags(self) -> Iterator[str]:
        """One expression a red flag, and the sums and hallmarks of each condition."""
        yield from (*self.passed, "problems", "sc_answered")
        for flag in self.knowledge.flags_by_urgency:
            words = visible(describe(flag.when, str))
            yield f"-- {flag.urgency}: {words}\n  {value(flag.when, self.name, self.dialect)} AS {_flag(flag)}"
        symptoms = [self.name(id) for id, each in self.knowledge.questions.items() if each.kind == "symptom"]
        yield f"{self.dialect.largest(symptoms)} >= {UNSURE:d} AS sc_symptom"
        for id, condition in self.knowledge.conditions.items():
            parts = (
                f"CASE WHEN {value(sign.when, self.name, self.dialect)} = {YES:d} "
                f"THEN {_number(self.knowledge.weights[sign.weight])} ELSE 0 END"
                for sign in condition.signs
            )
            yield (
                f"-- {id}: the weights of the signs present\n  " + "\n  + ".join(parts) + f" AS {self.name('sc_' + id)}"
            )
            hallmarks = [value(s.when, self.name, self.dialect) for s in condition.signs if s.weight == "hallmark"]
            if hallmarks:
                half = _number(self.knowledge.weights["hallmark"] / 2)
                denied = f"{self.dialect.largest(hallmarks)} = {NO:d}"
                yield f"CASE WHEN {denied} THEN {half} ELSE 0 END AS {self.name('sc_less_' + id)}"

    def _levels(self) -> Iterator[str]:
        """The levels by the rules of `engine.urgency`, the points by those of `engine.ranking`."""
        yield from (*self.passed, "problems", "sc_answered", "sc_symptom")
        given, possible = [], []
        flags = self.knowledge.flags_by_urgency
        for level in URGENCIES:
            if own := [_flag(flag) for flag in flags if flag.urgency == level]:
                highest = self.dialect.largest(own)
                cases = " ".join(
                    f"WHEN {state:d} THEN {RANK[level_given(level, state)]}" for state in AnswerState if state > NO
                )
                given.append(f"CASE {highest} {cases} ELSE 0 END")
                possible.append(f"CASE WHEN {highest} > {NO:d} THEN {RANK[level]} ELSE 0 END")
        yield f"CASE WHEN problems IS NULL THEN {self.dialect.largest(given)} END AS sc_urgency"
        yield f"CASE WHEN problems IS NULL THEN {self.dialect.largest(possible)} END AS sc_possible"
        yield f"{self._present()} AS red_flags"
        for id, condition in self.knowledge.conditions.items():
            name = self.name("sc_" + id)
            yield name
            points = [name]
            if any(sign.weight == "hallmark" for sign in condition.signs):
                points.append(f"- {self.name('sc_less_' + id)}")
            pointing: dict[str, list[str]] = {level: [] for level in URGENCIES}
            for flag in flags:
                if id in flag.points_to:
                    pointing[flag.urgency].append(_flag(flag))
            first = self.dialect.largest(pointing["emergency"] or ["0"])
            for pointed, weight in WEIGHT_OF_FLAG.items():
                if own := pointing[pointed]:
                    test = f"{self.dialect.largest(own)} = {YES:d} AND {first} < {YES:d}"
                    points.append(f"+ CASE WHEN {test} THEN {_number(self.knowledge.weights[weight])} ELSE 0 END")
            ahead = _number(10 * sum(sum(weights) for weights in self.knowledge.sign_weights.values()))
            points.append(f"+ CASE WHEN {first} = {YES:d} THEN {ahead} ELSE 0 END")
            yield f"{' '.join(points)} AS {self.name('sc_points_' + id)}"

    def _present(self) -> str:
        parts = [f"CASE WHEN {_flag(flag)} = {YES:d} THEN '{flag.id}' END" for flag in self.knowledge.flags_by_urgency]
        return self.dialect.concat(";", parts)

    def _ranks(self) -> Iterator[str]:
        """Whose points are the most."""
        yield from (*self.passed, "problems", "sc_answered", "sc_symptom", "sc_urgency", "sc_possible", "red_flags")
        for id in self.knowledge.conditions:
            yield self.name("sc_" + id)
            yield self.name("sc_points_" + id)
        points = [self.name("sc_points_" + id) for id in self.knowledge.conditions]
        yield f"{self.dialect.largest(points)} AS sc_best"

    def _rows(self) -> Iterator[str]:
        """The columns of a row, and `problems`."""
        yield from self.passed
        levels = " ".join(f"WHEN {RANK[level]} THEN '{level}'" for level in URGENCIES)
        yield f"CASE sc_urgency {levels} END AS urgency"
        yield f"CASE sc_possible {levels} END AS possible_urgency"
        yield "sc_urgency = sc_possible AS complete"
        yield f"CASE {' '.join(_advice())} ELSE CASE sc_urgency {levels} END END AS advice"
        yield "red_flags"
        # Among equals the first in the order of the data.
        tops = " ".join(
            f"WHEN {self.name('sc_points_' + id)} = sc_best THEN CASE WHEN {self.name('sc_' + id)} > 0 THEN '{id}' "
            f"ELSE '' END"
            for id in self.knowledge.conditions
        )
        yield f"CASE {tops} END AS top_condition"
        for id, condition in self.knowledge.conditions.items():
            yield f"{self._score(condition)} AS {self.name('score_' + id)}"
        yield "problems"

    def _score(self, condition: Condition) -> str:
        """The share of a condition's signs, rounded as Python does it; databases round exact halves up."""
        name, weights = self.name("sc_" + condition.id), self.knowledge.sign_weights[condition.id]
        total = sum(weights)
        sums = {0.0}
        for weight in weights:
            sums |= {known + weight for known in sums}
            if len(sums) > 10_000:  # odd weights: no exact halves to look for
                sums = set()
        halves = {some for some in sums if (some / total * 20_000) % 2 == 1.0}
        usual = f"ROUND({name} / {_number(total)}e0, 4)"
        if not halves:
            return usual
        cases = " ".join(f"WHEN {_number(some)} THEN {round(some / total, 4)}" for some in sorted(halves))
        return f"CASE {name} {cases} ELSE {usual} END"


def _flag(flag: RedFlag) -> str:
    return f"flag_{flag.id}"


def _number(weight: float) -> str:
    return str(int(weight)) if weight == int(weight) else repr(weight)


def _advice() -> Iterator[str]:
    """When something else than the urgency is said: from the table of what is said in every case."""
    for possible, symptom, answered in product(URGENCIES, (False, True), (False, True)):
        word = advice_level(URGENCIES[0], possible, symptom, answered)
        if word != URGENCIES[0]:
            yes = f"{'' if symptom else 'NOT '}sc_symptom AND {'' if answered else 'NOT '}sc_answered"
            yield f"WHEN sc_urgency = 0 AND sc_possible = {RANK[possible]} AND {yes} THEN '{word}'"
