"""The page's own functions in V8, and what they and Python make of the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from py_mini_racer import MiniRacer

from sciaticheck import Knowledge, assess, load_knowledge
from sciaticheck.answers.record import Respondent
from sciaticheck.report.patient import patient_page
from sciaticheck.report.results import Result
from sciaticheck.web.page import RULES, script, with_words

Answers = Mapping[str, str]


def load(language: str, region: str) -> Knowledge:
    """The packaged knowledge in a language in the words of a region."""
    return load_knowledge(language=language, region=region)


FUNCTIONS = """
function result_of(answers, region, knowledge, began) {
  const found = assess(copy_of(Object.entries(answers)), knowledge, region, began);
  const page = patient_page(found, knowledge);
  return {
    urgency: found.urgency,
    possible_urgency: found.possible_urgency,
    red_flags: found.red_flags.map(({ id, value, because }) => [id, value, because]),
    setting: found.setting.map(({ id }) => id),
    conditions: found.conditions.map((each) =>
      [each.id, each.pointed_to, each.rank_points, each.signs.map(({ id, value }) => [id, value])]),
    unsure: found.unsure,
    unanswered: found.unanswered,
    could_raise: found.could_raise,
    advice: found.advice,
    derived: found.derived,
    page: [page.headline, page.footer, page.sections.map(({ title, kind, rows, header = [], notes = [] }) =>
      [title, kind, rows, header, notes])],
    sources: cited(found, knowledge),
    lines: notes(found, knowledge, "today"),
  };
}

function looks_of(steps, knowledge) {
  const look = (state) => {
    const item = next_item(state, knowledge);
    return {
      ...state,
      given: state.given.map(({ id, answer, together }) => [id, answer, together]),
      opened: unique(state.opened.filter(Boolean)).sort(),
      asks: item && [item.asks.map(({ id }) => id), item.screen?.id ?? null],
      count: count(state, knowledge),
      review: in_order(state, knowledge).map(({ id }) => id),
      closing: closing(state, knowledge),
    };
  };
  const after_banner = (state) =>
    go_on({ ...state, quick_ones: quick_ones(state, assess(answers_of(state), knowledge), knowledge) }, knowledge);
  const began = (state, sentence) => go_on({ ...state, began: sentence }, knowledge);
  let state = go_on(START, knowledge);
  const seen = [look(state)];
  for (const [name, ...values] of steps) {
    state = { answer, change, after_banner, began }[name](state, ...values, knowledge);
    seen.push(look(state));
  }
  return seen;
}
"""


class Page:
    """The page's functions with a knowledge; `change` replaces a part of the script, for faults that must be found."""

    def __init__(self, knowledge: Knowledge, change: tuple[str, str] = ("", "")) -> None:
        code = script(RULES)
        assert code.count(change[0]) == 1 or change == ("", "")
        self.context = MiniRacer()
        self.context.eval(code.replace(*change) + FUNCTIONS)
        self.context.eval(f"const known = {json.dumps(with_words(knowledge, load))};")

    def call(self, expression: str, **values: object) -> Any:
        """The value of an expression over the functions, `known` and these values."""
        names, given = ", ".join(values), json.dumps([*values.values()])
        text = self.context.eval(f"JSON.stringify((({names}) => ({expression}))(...{given}))")
        return json.loads(str(text))

    def results(self, records: Iterable[Answers], region: str = "default", began: str = "") -> list[dict[str, Any]]:
        """What the page makes of each of some records."""
        expression = (
            "((own) => all.map((answers) => result_of(answers, region, own, began)))(in_words_of(region, known))"
        )
        return list(self.call(expression, all=list(records), region=region, began=began))


def result_of(answers: Answers, knowledge: Knowledge, region: str = "default", began: str = "") -> dict[str, Any]:
    """What Python makes of answers, in the form of `Page.results`, without the lines for a doctor."""
    found = assess(answers, knowledge, region, began)
    cites = [id for flag in found.setting for id in flag.sources]
    cites = cites or [cite.source for cite in knowledge.safety_net.cites]
    page = patient_page(Result(Respondent("me", found.answers, "-"), found), knowledge)
    return {
        "urgency": found.urgency,
        "possible_urgency": found.possible_urgency,
        "red_flags": [[flag.id, int(flag.value), list(flag.because)] for flag in found.red_flags],
        "setting": [flag.id for flag in found.setting],
        "conditions": [
            [each.id, each.pointed_to, each.rank_points, [[sign.id, int(sign.value)] for sign in each.signs]]
            for each in found.conditions
        ],
        "unsure": list(found.unsure),
        "unanswered": list(found.unanswered),
        "could_raise": list(found.could_raise),
        "advice": {
            "level": found.advice.level,
            "headline": found.advice.headline,
            "steps": list(found.advice.steps),
            "say": found.advice.say,
            "check_again": found.advice.check_again,
        },
        "derived": dict(found.derived),
        "page": [
            page.headline,
            [page.footer[0].removeprefix("me: "), *page.footer[1:]],
            [
                [each.title, each.kind, [list(row) for row in each.rows], list(each.header), list(each.notes)]
                for each in page.sections
            ],
        ],
        "sources": list(dict.fromkeys(cites)),
    }
