"""The engine: answers and knowledge to an Assessment. Pure: prints nothing, reads nothing, knows no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Literal

from sciaticheck.answers.follow_ups import derived
from sciaticheck.answers.record import Place, clean_answers
from sciaticheck.answers.spelling import Answer
from sciaticheck.assessment import (
    CAUTIOUS_MOST,
    READINGS,
    AdviceResult,
    Assessment,
    ConditionResult,
    FlagResult,
    Reading,
    SignResult,
    State,
)
from sciaticheck.errors import AnswersError
from sciaticheck.knowledge.load import load_knowledge
from sciaticheck.knowledge.model import RANK, URGENCIES, Knowledge, Region, Urgency

MOST_SAID = 4
"""How many answers the sentence for the desk holds at most; the result lists them all."""


def assess(answers: Mapping[str, object], knowledge: Knowledge | None = None, region: Region = "default") -> Assessment:
    """What the answers mean by the knowledge (the packaged one if none is given).

    `answers` maps question ids to "yes", "no" or "unsure" (any accepted spelling, a boolean, or None for
    unanswered). A question left out is unanswered, which keeps its signs possible, never absent.
    Raises AnswersError for an unknown question, an unknown value or a follow-up that contradicts its parent.
    """
    if knowledge is None:
        knowledge = load_knowledge()
    given, problems = clean_answers(answers, knowledge, Place())
    if problems:
        raise AnswersError(problems)
    added = derived(given, knowledge)
    count = {**given, **added}
    counting = readings(count, knowledge)

    flags = _flags(counting, knowledge)
    present = [result for result in flags if result.reading == "certain"]
    # Within a reading the highest stands first.
    highest = {result.reading: result for result in reversed(flags)}.values()
    urgency = _highest(result.gives for result in highest if result.gives)
    possible = _highest(result.flag.urgency for result in highest)

    unsure = tuple(name for name in knowledge.questions if count.get(name) == "unsure")
    unanswered = tuple(name for name in knowledge.questions if name not in count)
    raising = {
        name
        for result in flags
        if RANK[result.flag.urgency] > RANK[urgency]
        for name in _open(result, counting["worst_case"])
    }
    reported = any(
        question.symptom and count.get(question.id) in ("yes", "unsure") for question in knowledge.questions.values()
    )
    conditions = _conditions(counting, present, knowledge)
    return Assessment(
        urgency=urgency,
        possible_urgency=possible,
        red_flags=tuple(flags),
        conditions=conditions,
        advice=_advice(urgency, flags, conditions, count, reported, knowledge, region),
        unsure=unsure,
        unanswered=unanswered,
        could_raise=tuple(name for name in (*unsure, *unanswered) if name in raising),
        answers=given,
        derived=added,
        symptom_reported=reported,
    )


def counted(given: Mapping[str, Answer], knowledge: Knowledge) -> dict[str, Answer]:
    """The answers that count: those given, with what the follow-up rules add or change."""
    return {**given, **derived(given, knowledge)}


def readings(counted: Mapping[str, Answer], knowledge: Knowledge) -> dict[Reading, frozenset[str]]:
    """The questions that count in each reading, the follow-up rules applied: each set holds the one before."""
    return {
        "certain": frozenset(name for name, answer in counted.items() if answer == "yes"),
        "cautious": frozenset(name for name, answer in counted.items() if answer != "no"),
        "worst_case": frozenset(name for name in knowledge.questions if counted.get(name) != "no"),
    }


def _flags(counting: Mapping[Reading, frozenset[str]], knowledge: Knowledge) -> list[FlagResult]:
    """Every red flag that is not absent: by reading, strictest first, then by level, then in the data's order."""
    found: dict[Reading, list[FlagResult]] = {reading: [] for reading in READINGS}
    certain, cautious, worst = (counting[reading] for reading in READINGS)
    for flag in knowledge.red_flags.values():
        holds = flag.when.holds
        if holds(worst):  # what is absent there is absent everywhere
            reading: Reading = "certain" if holds(certain) else "cautious" if holds(cautious) else "worst_case"
            state: Literal["present", "possible"] = "present" if reading == "certain" else "possible"
            found[reading].append(FlagResult(flag, state, reading, flag.when.because(counting[reading])))
    for results in found.values():
        results.sort(key=lambda result: -RANK[result.flag.urgency])
    return [result for results in found.values() for result in results]


def _open(result: FlagResult, worst: Set[str]) -> tuple[str, ...]:
    """The questions that make the flag hold in the worst case."""
    return result.because if result.reading == "worst_case" else result.flag.when.because(worst)


def _highest(levels: Iterable[Urgency]) -> Urgency:
    return max(levels, key=RANK.__getitem__, default=URGENCIES[0])


def _conditions(
    counting: Mapping[Reading, frozenset[str]], present: list[FlagResult], knowledge: Knowledge
) -> tuple[ConditionResult, ...]:
    """Every condition, ranked as docs/design.md says."""
    weights = knowledge.weights
    from_flags = {"same_day": weights["typical"], "soon": weights["supporting"]}
    certain, worst = counting["certain"], counting["worst_case"]
    pointing: dict[str, set[Urgency]] = {}
    for flag in (result.flag for result in present):
        for target in flag.points_to:
            pointing.setdefault(target, set()).add(flag.urgency)
    results = []
    for condition in knowledge.conditions.values():
        levels = pointing.get(condition.id, set())
        pointed_to = "emergency" in levels
        evidence = 0.0 if pointed_to else sum(from_flags.get(urgency, 0.0) for urgency in levels)
        signs, share, total, hallmark, hallmark_open = [], 0.0, 0.0, False, False
        for sign in condition.signs:
            weight, holds = weights[sign.weight], sign.when.holds
            state: State = "present" if holds(certain) else "possible" if holds(worst) else "absent"
            total += weight
            if state == "present":
                share += weight
            if sign.weight == "hallmark":
                hallmark = True
                hallmark_open = hallmark_open or state != "absent"
            signs.append(SignResult(sign, state))
        evidence += share
        if hallmark and not hallmark_open:
            evidence -= weights["hallmark"] / 2
        results.append(ConditionResult(condition, tuple(signs), round(share / total, 4), evidence, pointed_to))
    results.sort(key=lambda result: (-result.pointed_to, -result.evidence))
    return tuple(results)


def _advice(
    urgency: Urgency,
    flags: list[FlagResult],
    conditions: tuple[ConditionResult, ...],
    counted: Mapping[str, Answer],
    reported: bool,
    knowledge: Knowledge,
    region: Region,
) -> AdviceResult:
    level: str = urgency
    if urgency == URGENCIES[0]:
        could_be_today = RANK[_highest(result.flag.urgency for result in flags)] >= RANK[CAUTIOUS_MOST]
        level = "nothing_reported" if not reported else "not_enough" if could_be_today else urgency
    regions = knowledge.advice[level]
    words = regions.get(region) or regions["default"]
    deciding = [result for result in flags if result.reading != "worst_case" and result.gives == urgency]
    # Only of what is certain: what to do at once would contradict the advice that unsure answers get.
    notes = dict.fromkeys(result.flag.note for result in flags if result.state == "present" and result.flag.note)
    why, causes = _own_words(deciding, conditions, counted, knowledge)
    return AdviceResult(
        headline=words.headline,
        steps=(words.action[0], *notes, *words.action[1:]),
        who=words.who,
        say=" ".join(words.say.replace("{why}", why).replace("{causes}", causes).split()),
        check_again=words.check_again,
        watch_for=knowledge.safety_net.watch_for,
    )


def _own_words(
    deciding: list[FlagResult],
    conditions: tuple[ConditionResult, ...],
    counted: Mapping[str, Answer],
    knowledge: Knowledge,
) -> tuple[str, str]:
    """The person's answers in their own voice, and the causes they point to: what to say at the desk.

    Where no flag decided, the symptoms reported; never more than can be said in one breath.
    """
    texts = knowledge.texts
    deciders = {name for result in deciding for name in result.because}
    told = [
        question
        for question in knowledge.questions.values()
        if counted.get(question.id) in ("yes", "unsure") and (question.id in deciders if deciders else question.symptom)
    ][:MOST_SAID]
    parts = [
        question.statement if counted[question.id] == "yes" else f"{texts['say_unsure']} {question.statement}"
        for question in told
    ]
    why = f", {texts['say_and']} ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
    targets = {target for result in deciding for target in result.points_to}
    named = [result.name for result in conditions if result.id in targets][:2]
    causes = f" {texts['say_or']} ".join(name[0].lower() + name[1:] for name in named)
    return (f"{why[0].upper()}{why[1:]}." if why else ""), causes or texts["say_serious_cause"]
