// From answers to a result: as in answers/follow_ups.py and engine/, with the same names.
// Constants in capitals that are not here are put before the script, from Python.
const rank = (level) => URGENCIES.indexOf(level);
const highest = (levels) => URGENCIES[Math.max(0, ...levels.map(rank))];
const in_state = (states, state) => Object.keys(states).filter((id) => states[id] === state);
const unique = (items) => [...new Set(items)];
const upper_first = ([first, ...rest]) => first.toUpperCase() + rest.join("");
const lower_first = ([first, ...rest]) => first.toLowerCase() + rest.join("");

// A text with its placeholders filled in, one after the other.
const filled = (text, values) =>
  Object.entries(values).reduce((so_far, [name, value]) => so_far.replaceAll(`{${name}}`, () => value), text);

// answers/follow_ups.py

function effective_states(answers, knowledge) {
  const states = Object.create(null);
  for (const id in knowledge.questions) states[id] = STATES[answers[id]] ?? UNANSWERED;
  const follow_ups = Object.values(knowledge.questions).filter((question) => question.only_if);
  for (const { id, only_if } of follow_ups) {
    if (states[only_if] === NO) states[id] = NO;
    else states[only_if] = Math.max(states[only_if], states[id]);
  }
  for (const { id, only_if, worse_form } of follow_ups) {
    if (worse_form && states[only_if] === YES && states[id] === UNANSWERED) states[id] = UNSURE;
  }
  return states;
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
    .map((flag) => ({ ...flag, value: value(flag.when, states) }))
    .filter((flag) => flag.value !== NO)
    .map((flag) => ({ ...flag, because: because(flag.when, states, flag.value) }))
    .sort((a, b) => b.value - a.value);
}

// The questions that make flags above the urgency present in the worst case.
function raising(flags, urgency, states) {
  const above = flags.filter((flag) => rank(flag.urgency) > rank(urgency));
  return new Set(above.flatMap((flag) => because(flag.when, states, UNANSWERED)));
}

function assess(answers, knowledge, region) {
  const states = effective_states(answers, knowledge);
  const red_flags = find_red_flags(states, knowledge);
  const [urgency, possible_urgency] = [urgency_of(red_flags), possible_urgency_of(red_flags)];
  const deciding = red_flags.filter((flag) => flag.value > UNANSWERED);
  const setting = deciding.filter((flag) => level_given(flag.urgency, flag.value) === urgency);
  const conditions = rank_conditions(states, red_flags.filter((flag) => flag.value === YES), knowledge);
  const [unsure, unanswered] = [UNSURE, UNANSWERED].map((each) => in_state(states, each));
  const could = raising(red_flags, urgency, states);
  const could_raise = [...unsure, ...unanswered].filter((id) => could.has(id));
  const symptom = symptom_reported(states, knowledge);
  const level = advice_level(urgency, possible_urgency, symptom);
  const advice = advise(level, urgency, red_flags, setting, conditions, states, knowledge, region);
  return { urgency, possible_urgency, red_flags, deciding, setting, conditions, advice, unsure, unanswered, could_raise,
    states, symptom_reported: symptom };
}

// engine/ranking.py

function rank_conditions(states, present, knowledge) {
  const results = Object.values(knowledge.conditions).map((condition) => {
    const levels = present.filter((flag) => flag.points_to.includes(condition.id)).map((flag) => flag.urgency);
    return assess_condition(condition, states, levels, knowledge.weights);
  });
  return results.sort((a, b) => b.pointed_to - a.pointed_to || b.rank_points - a.rank_points);
}

// One condition. `levels` are those of the present flags that point to it.
function assess_condition(condition, states, levels, weights) {
  const signs = condition.signs.map((sign) => ({ ...sign, value: value(sign.when, states) }));
  const present = signs.filter((sign) => sign.value === YES);
  const hallmarks = signs.filter((sign) => weights[sign.weight] === weights.hallmark);
  const pointed_to = levels.includes("emergency");
  let rank_points = present.reduce((sum, sign) => sum + weights[sign.weight], 0);
  if (hallmarks.length && hallmarks.every((sign) => sign.value === NO)) rank_points -= weights.hallmark / 2;
  if (!pointed_to) {
    for (const level in WEIGHT_OF_FLAG) if (levels.includes(level)) rank_points += weights[WEIGHT_OF_FLAG[level]];
  }
  return { ...condition, signs, present, pointed_to, rank_points };
}

// engine/advice.py

function advise(level, urgency, flags, setting, conditions, states, knowledge, region) {
  const words = knowledge.advice[level][region] ?? knowledge.advice[level].default;
  const present = flags.filter((flag) => flag.value === YES);
  const notes = unique(present.map((flag) => flag.note).filter(Boolean));
  const instead = present.find((flag) => flag.urgency === urgency && flag.instead)?.instead;
  const [why, causes] = own_words(setting, conditions, states, knowledge);
  return {
    headline: words.headline,
    steps: [instead ?? words.action[0], ...notes, ...words.action.slice(1)],
    say: filled(words.say, { why, causes }).split(/\s+/).filter(Boolean).join(" "),
    check_again: words.check_again,
  };
}

const symptom_reported = (states, knowledge) =>
  Object.values(knowledge.questions).some(({ id, kind }) => kind === "symptom" && states[id] >= UNSURE);

function advice_level(urgency, possible, symptom) {
  if (urgency !== URGENCIES[0]) return urgency;
  if (!symptom) return "nothing_reported";
  return rank(possible) >= rank(MOST_BY_UNSURE) ? "not_enough" : urgency;
}

function own_words(setting, conditions, states, knowledge) {
  const texts = knowledge.texts;
  const reasons = new Set(setting.flatMap((flag) => flag.because));
  const parts = Object.values(knowledge.questions)
    .filter(({ id, kind }) => states[id] >= UNSURE && (reasons.size ? reasons.has(id) : kind === "symptom"))
    .slice(0, MOST_SAID)
    .map(({ id, statement }) => (states[id] === YES ? statement : `${texts.say_unsure} ${statement}`));
  const last = parts.pop();
  const why = parts.length ? `${parts.join(", ")}, ${texts.say_and} ${last}` : last;
  const targets = new Set(setting.flatMap((flag) => flag.points_to));
  const named = conditions.filter(({ id }) => targets.has(id)).slice(0, 2).map(({ name }) => lower_first(name));
  return [why ? `${upper_first(why)}.` : "", named.join(` ${texts.say_or} `) || texts.say_serious_cause];
}
