// From answers to a result: as in answers/follow_ups.py and engine/, with the same names.
// Constants in capitals that are not here are put before the script, from Python.
const rank = (level) => URGENCIES.indexOf(level);
const highest = (levels) => URGENCIES[Math.max(0, ...levels.map(rank))];
const unique = (items) => [...new Set(items)];
const upper_first = ([first, ...rest]) => first.toUpperCase() + rest.join("");
const lower_first = ([first, ...rest]) => first.toLowerCase() + rest.join("");

const copy_of = (entries) => Object.assign(Object.create(null), Object.fromEntries(entries)); // without "constructor"
const questions = (criterion) => (typeof criterion === "string" ? [criterion] : criterion.parts.flatMap(questions));
const by_rank = (a, b) => b.pointed_to - a.pointed_to || b.rank_points - a.rank_points;
const follow_ups = (knowledge) => Object.values(knowledge.questions).filter((question) => question.only_if);

// A text with its placeholders filled in, one after the other.
const fill = (text, values) =>
  Object.entries(values).reduce((so_far, [name, value]) => so_far.replaceAll(`{${name}}`, () => value), text);

// knowledge/translation.py

// The knowledge with a region's own texts in place of others.
function in_words_of(region, knowledge) {
  const own = copy_of(Object.entries(knowledge.regions[region].texts));
  return JSON.parse(JSON.stringify(knowledge), (_, text) => own[text] ?? text);
}

// answers/follow_ups.py

function effective_states(answers, knowledge) {
  const states = Object.create(null);
  for (const id in knowledge.questions) states[id] = STATES[answers[id]] ?? UNANSWERED;
  for (const { id, only_if } of follow_ups(knowledge)) {
    if (states[only_if] === NO) states[id] = NO;
    else states[only_if] = Math.max(states[only_if], states[id]);
  }
  for (const { id, only_if, worse_form } of follow_ups(knowledge)) {
    if (worse_form && states[only_if] === YES && states[id] === UNANSWERED) states[id] = UNSURE;
  }
  return states;
}

function derived_answers(answers, states) {
  const effective = Object.keys(states).map((id) => [id, CHOICES.find((answer) => STATES[answer] === states[id])]);
  return copy_of(effective.filter(([id, answer]) => answer && answer !== answers[id]));
}

// The questions that a person answered from which the state of this one follows: itself, if it was answered.
function answered_behind(id, answers, derived, knowledge) {
  if (!(id in derived)) return [id];
  const same = follow_ups(knowledge).filter((each) => each.only_if === id && answers[each.id] === derived[id]);
  const { only_if } = knowledge.questions[id];
  if (same.length) return same.map((each) => each.id);
  return only_if ? answered_behind(only_if, answers, derived, knowledge) : [];
}

// engine/urgency.py

function level_given(level, state) {
  if (state === YES) return level;
  return state === UNSURE ? URGENCIES[Math.min(rank(level), rank(MOST_BY_UNSURE))] : URGENCIES[0];
}

const urgency_of = (flags) => highest(flags.map((flag) => level_given(flag.urgency, flag.value)));
const possible_urgency_of = (flags) => highest(flags.map((flag) => flag.urgency));

// engine/assess.py

function find_red_flags(states, knowledge) {
  return knowledge.flags_by_urgency
    .map((flag) => ({ ...flag, value: value(flag.when, states) })).filter((flag) => flag.value !== NO)
    .map((flag) => ({ ...flag, because: because(flag.when, states, flag.value) })).sort((a, b) => b.value - a.value);
}

// The questions that make flags above the urgency present in the worst case.
function raising(flags, urgency, states) {
  const above = flags.filter((flag) => rank(flag.urgency) > rank(urgency));
  return new Set(above.flatMap((flag) => because(flag.when, states, UNANSWERED)));
}

function assess(answers, knowledge, region, began = "") {
  const states = effective_states(answers, knowledge);
  const red_flags = find_red_flags(states, knowledge);
  const present = red_flags.filter((flag) => flag.value === YES);
  const [urgency, possible_urgency] = [urgency_of(red_flags), possible_urgency_of(red_flags)];
  const deciding = red_flags.filter((flag) => flag.value > UNANSWERED);
  const could = raising(red_flags, urgency, states);
  const [unsure, unanswered] = [UNSURE, UNANSWERED]
    .map((state) => Object.keys(states).filter((id) => states[id] === state));
  const findings = {
    urgency, possible_urgency, red_flags, present, deciding, unsure, unanswered, answers, began,
    setting: deciding.filter((flag) => level_given(flag.urgency, flag.value) === urgency),
    conditions: rank_conditions(states, present, knowledge),
    could_raise: [...unsure, ...unanswered].filter((id) => could.has(id)),
    derived: derived_answers(answers, states),
  };
  const symptom = Object.values(knowledge.questions).some(({ id, kind }) => kind === "symptom" && states[id] >= UNSURE);
  return { ...findings, advice: advise(findings, symptom, knowledge, region) };
}

// engine/ranking.py

function rank_conditions(states, present, knowledge) {
  const levels = ({ id }) => present.filter((flag) => flag.points_to.includes(id)).map((flag) => flag.urgency);
  return Object.values(knowledge.conditions)
    .map((condition) => assess_condition(condition, states, levels(condition), knowledge.weights)).sort(by_rank);
}

// One condition. `levels` are those of the present flags that point to it.
function assess_condition(condition, states, levels, weights) {
  const signs = condition.signs.map((sign) => ({ ...sign, value: value(sign.when, states) }));
  const present = signs.filter((sign) => sign.value === YES);
  const hallmarks = signs.filter((sign) => weights[sign.weight] === weights.hallmark);
  const pointed_to = levels.includes("emergency");
  let rank_points = present.reduce((sum, sign) => sum + weights[sign.weight], 0);
  if (hallmarks.length && hallmarks.every((sign) => sign.value === NO)) rank_points -= weights.hallmark / 2;
  const adding = pointed_to ? [] : Object.keys(WEIGHT_OF_FLAG).filter((level) => levels.includes(level));
  for (const level of adding) rank_points += weights[WEIGHT_OF_FLAG[level]];
  return { ...condition, signs, present, pointed_to, rank_points };
}
