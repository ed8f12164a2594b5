// The interview as pure functions of its state: as in interview/, with the same names. `knowledge.quick` says whether
// only questions are asked that could still make it urgent. "Back" is the page's: it keeps the states there were.
const START = {
  stage: "opening", given: [], opened: [], changing: null, warned: false, quick_ones: null, began: "", asked: 0 };

const answers_of = (state) => copy_of(state.given.map(({ id, answer }) => [id, answer]));
const urgency_so_far = (state, knowledge) =>
  urgency_of(find_red_flags(effective_states(answers_of(state), knowledge), knowledge));

// Asks a question again, by itself.
function change(state, id, knowledge) {
  return { ...state, stage: "asking", opened: [...state.opened, knowledge.questions[id].screen], changing: id };
}

// interview/order.py

const applies = (question, answers) => !question.only_if || answers[question.only_if] === "yes";

const first_asked = (question, answers) => (applies(question, answers) ? question.id : question.only_if);

function next_item(state, knowledge) {
  if (state.changing) return { asks: [knowledge.questions[state.changing]], screen: null };
  return items(state, knowledge)[0] ?? null;
}

function items(state, knowledge) {
  const [answers, relevant_ids] = [answers_of(state), relevant(state, knowledge)];
  const quick = state.quick_ones?.filter((id) => !(id in answers));
  if (quick) return quick.map((id) => ({ asks: [knowledge.questions[id]], screen: null }));
  const wanted = (question) => to_ask(question, answers, relevant_ids);
  const [seen, found] = [new Set(), []];
  for (const question of Object.values(knowledge.questions)) {
    if (seen.has(question.id) || !wanted(question)) continue;
    const screen = knowledge.screens[question.screen];
    const together = screen && !state.opened.includes(screen.id);
    const asks = together ? screen.asks.map((id) => knowledge.questions[id]).filter(wanted) : [question];
    for (const each of asks) seen.add(each.id);
    found.push({ asks, screen: asks.length > 1 ? screen : null });
  }
  return found;
}

const to_ask = (question, answers, relevant_ids) =>
  !(question.id in answers) && applies(question, answers) && (!relevant_ids || relevant_ids.has(question.id));

function relevant(state, knowledge) {
  if (!knowledge.quick) return null;
  const states = effective_states(answers_of(state), knowledge);
  const floor = Math.max(rank(QUICK_FLOOR), rank(urgency_so_far(state, knowledge)) + 1);
  const flags = knowledge.flags_by_urgency.filter((flag) => rank(flag.urgency) >= floor);
  const named = flags.flatMap((flag) => because(flag.when, states, UNANSWERED));
  return new Set([...named, ...named.map((id) => knowledge.questions[id].only_if ?? id)]);
}

// A few unanswered questions that whoever receives the person needs.
function quick_ones(state, { setting, red_flags }, { questions, always }) {
  const answers = answers_of(state);
  const targets = setting.flatMap((flag) => flag.points_to);
  const first = red_flags.filter(({ urgency, value }) => urgency === "emergency" && value !== YES)
    .filter(({ alone, points_to }) => alone.length && points_to.some((id) => targets.includes(id)))
    .sort((a, b) => a.alone.length - b.alone.length)
    .map(({ alone }) => alone[0]);
  const open = (ids) => unique(ids.map((id) => first_asked(questions[id], answers)))
    .filter((id) => !(id in answers) && applies(questions[id], answers));
  return unique([...open(first).slice(0, MOST_QUICK_ONES - 1), ...open(always)]).slice(0, MOST_QUICK_ONES);
}

const count = (state, knowledge) =>
  [state.asked + 1, state.asked + Math.max(1, items(state, knowledge).length + Boolean(state.changing))];

// interview/__init__.py

// For a screen, `given` are the questions that apply, or "unsure", which asks each by itself.
function answer(state, given, knowledge) {
  const { asks, screen } = next_item(state, knowledge);
  const after = { ...state, asked: state.asked + !state.changing, changing: null };
  if (screen && given === "unsure") return go_on({ ...after, opened: [...state.opened, screen.id] }, knowledge);
  const chosen = (id) => given.includes(id);
  const added = screen
    ? asks.map(({ id }) => ({ id, answer: chosen(id) ? "yes" : "no", together: !chosen(id) }))
    : [{ id: asks[0].id, answer: given, together: false }];
  return go_on({ ...after, given: with_(state.given, added, knowledge) }, knowledge);
}

// The answers after new ones, without those that they replace and follow-ups that no longer apply.
function with_(given, added, knowledge) {
  const ids = added.map(({ id }) => id);
  const gone = added.filter(({ answer }) => answer !== "yes").map(({ id }) => id);
  const old = given.filter(({ id }) => !ids.includes(id) && !gone.includes(knowledge.questions[id].only_if));
  return [...old, ...added];
}

function go_on(state, knowledge) {
  const urgency = urgency_so_far(state, knowledge);
  if (urgency !== "emergency") state = { ...state, quick_ones: null };
  if (!state.warned && urgency === "emergency") return { ...state, stage: "emergency", warned: true };
  if (next_item(state, knowledge)) return { ...state, stage: "asking" };
  return { ...state, stage: state.began || urgency === "routine" ? "review" : "onset" };
}

// What to show after the last question: with `quick`, how many questions of each group were not asked.
function closing(state, knowledge) {
  const unasked = Object.values(knowledge.questions).filter((each) => to_ask(each, answers_of(state), null));
  const left = unasked.map(({ group }) => group);
  if (!knowledge.quick || !left.length || urgency_so_far(state, knowledge) === "emergency") return [];
  const what = unique(left).map((group) => `${group} (${left.filter((each) => each === group).length})`).join(", ");
  return [fill(knowledge.texts.quick_left, { what, level: knowledge.texts[`level_${QUICK_FLOOR}`] })];
}

// interview/review.py

function in_order(state, knowledge) {
  const order = Object.keys(knowledge.questions);
  return [...state.given].sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
}

// answers/saved.py

const to_text = (answers) =>
  `answers:${Object.entries(answers).map(([id, answer]) => `\n  ${id}: ${answer}`).join("") || " {}"}\n`;
