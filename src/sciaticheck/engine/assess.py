"""`assess`: from one respondent's answers to the result, step by step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import asdict

from sciaticheck.answers.follow_ups import derived_answers, effective_states
from sciaticheck.answers.record import Location, clean_answers
from sciaticheck.engine.advice import advise
from sciaticheck.engine.assessment import Assessment, Findings, FlagResult
from sciaticheck.engine.ranking import rank_conditions
from sciaticheck.engine.urgency import possible_urgency_of, urgency_of
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import RANK, Knowledge, Urgency
from sciaticheck.rules.python import because
from sciaticheck.rules.states import NO, UNANSWERED, UNSURE, YES, AnswerState


def assess(
    answers: Mapping[str, object],
    knowledge: Knowledge | None = None,
    region: str = "default",
    began: str = "",
    since: Mapping[str, object] | None = None,
) -> Assessment:
    """What one respondent's answers mean by the knowledge (the packaged one if none is given).

    `answers` maps question ids to "yes", "no" or "unsure" (or another accepted spelling, a boolean, 0 or 1; None is
    unanswered). A question left out is unanswered, which keeps its signs possible, never absent. `region` chooses whose
    services the advice names; one that the knowledge does not have gets the default's. `began` is a sentence about when
    it began, for the words to say at the desk. `since` are the same person's answers at an earlier date: a sign that
    was `no` then is new. They never lower a result.

    Raises AnswersError, with every problem, for an unknown question, an unknown value, or a follow-up that contradicts
    its parent.

    Examples:
        >>> result = assess({"back_pain": "yes", "fever": "yes"})
        >>> result.urgency, result.complete
        ('same_day', False)
        >>> [flag.id for flag in result.present]
        ['fever']
    """
    if knowledge is None:
        knowledge = load_knowledge()
    given, problems = clean_answers(answers, knowledge, Location())
    then, wrong = clean_answers(since, knowledge, Location()) if since else ({}, [])
    if problems or wrong:
        raise AnswersError([*problems, *wrong])
    own = effective_states(given, knowledge)
    states = own if since is None else effective_states(given, knowledge, then)
    values = knowledge.evaluator.values(states)
    flags = find_red_flags(values, states, knowledge)
    urgency, possible = urgency_of(flags), possible_urgency_of(flags)
    deciding = tuple([flag for flag in flags if flag.value >= UNSURE])
    present = tuple([flag for flag in deciding if flag.value is YES])
    conditions = rank_conditions(values[len(knowledge.red_flags) :], [flag.flag for flag in present], knowledge)
    unsure = tuple([id for id, state in states.items() if state is UNSURE])
    unanswered = tuple([id for id, state in states.items() if state is UNANSWERED])
    raising = _raising(flags, urgency, states)
    findings = Findings(
        urgency=urgency,
        possible_urgency=possible,
        red_flags=flags,
        present=present,
        deciding=deciding,
        setting=tuple([flag for flag in deciding if flag.gives == urgency]),
        conditions=conditions,
        unsure=unsure,
        unanswered=unanswered,
        could_raise=tuple([id for id in (*unsure, *unanswered) if id in raising]),
        answers=given,
        derived=derived_answers(given, states),
        began=began,
    )
    symptom = any(states[id] >= UNSURE for id, question in knowledge.questions.items() if question.kind == "symptom")
    return Assessment(**asdict(findings), advice=advise(findings, symptom, knowledge, region))


def find_red_flags(
    values: Sequence[AnswerState], states: Mapping[str, AnswerState], knowledge: Knowledge
) -> tuple[FlagResult, ...]:
    """Every red flag that is not absent: those present, then those possible, most urgent first among each.

    This is where it is decided that a red flag is present. `values` begins with the states of the flags in the order of
    `Knowledge.flags_by_urgency`; `states` are those of the questions.
    """
    results = [
        FlagResult(flag, state, because(flag.when, states, state))
        for flag, state in zip(knowledge.flags_by_urgency, values, strict=False)  # the states of signs follow
        if state is not NO
    ]
    return tuple(sorted(results, key=lambda result: -result.value))


def _raising(flags: tuple[FlagResult, ...], urgency: Urgency, states: Mapping[str, AnswerState]) -> set[str]:
    """The questions that make flags above the urgency present in the worst case."""
    above = [flag for flag in flags if RANK[flag.urgency] > RANK[urgency]]
    return {
        id
        for flag in above
        for id in (flag.because if flag.value is UNANSWERED else because(flag.flag.when, states, UNANSWERED))
    }
