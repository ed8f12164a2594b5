// The words of advice: as in engine/, with the same names.

// engine/reasons.py

// The answers that make these flags present, each once, with the follow-ups that count as unsure because of them.
function reasons(findings, flags, knowledge) {
  const asked = knowledge.questions;
  const { answers, derived } = findings;
  const behind = unique(flags.flatMap((flag) => flag.because))
    .map((id) => [id, answered_behind(id, answers, derived, knowledge)]);
  const open = behind.filter(([id, ids]) => id in derived && asked[id].worse_form && ids.length);
  return narrowest(unique(behind.flatMap(([, ids]) => ids)), findings, knowledge).map((id) => ({
    question: asked[id],
    answer: answers[id],
    left_open: open.filter(([, ids]) => ids[0] === id).map(([follow_up]) => asked[follow_up]),
  }));
}

function behind_urgency({ setting, conditions }) {
  const targets = setting.flatMap((flag) => flag.points_to);
  return conditions.filter(({ id }) => targets.includes(id)).sort((a, b) => by_rank(a, b) || b.serious - a.serious);
}

// Without the questions whose follow-up is there too with a yes, which says what they say, and more.
function narrowest(ids, { answers }, knowledge) {
  const said = ids.filter((id) => answers[id] === "yes").map((id) => knowledge.questions[id].only_if);
  return ids.filter((id) => !said.includes(id));
}

function phrase(id, { answers }, knowledge) {
  const { statement } = knowledge.questions[id];
  return answers[id] === "yes" ? statement : text_of(knowledge, "say_unsure", { statement });
}

function labelled(found, { texts }) {
  const rows = found.flatMap(({ question, answer, left_open }) =>
    [[question, answer], ...left_open.map((each) => [each, "open"])]);
  return rows.map(([question, answer]) => `${question.label}: ${texts[`answer_${answer}`]}`).join("; ");
}

// engine/say_this.py

function say_this(findings, template, knowledge) {
  const behind = reasons(findings, findings.setting, knowledge).map(({ question }) => question.id);
  const why = behind.length ? behind : symptoms(findings, knowledge);
  const first = why.filter((id) => !knowledge.questions[id].at_desk);
  const always = narrowest(knowledge.always.filter((id) => findings.answers[id] === "yes"), findings, knowledge);
  const phrases = copy_of([...first, ...always].map((id) => [id, phrase(id, findings, knowledge)]));
  const count = (text) => text.split(" ").length;
  const needed = (room) => [...first.slice(0, 1), ...(room > 1 ? always : always.slice(0, 1))];
  const fitting = (room) => {
    let [said, left] = [[], MOST_WORDS - count(filled(template, [], room, findings, knowledge))];
    for (const id of [...needed(3), ...first.slice(1)]) {
      const words = count(phrases[id]) + (said.length === 1 ? count(knowledge.texts.say_and) : 0);
      if (words <= left) [said, left] = [[...said, id], left - words];
    }
    return said;
  };
  const room = [3, 2, 1].find((room) => needed(room).every((id, index) => fitting(room)[index] === id)) ?? 0;
  const said = fitting(room);
  const in_order = Object.keys(phrases).filter((id) => said.includes(id)).map((id) => phrases[id]);
  return filled(template, in_order, room, findings, knowledge);
}

function filled(template, phrases, room, findings, knowledge) {
  const whole = room > 1 ? template : template.replace(/[^.]*\{causes\}[^.]*\./, "");
  const why = `${sentence(phrases, knowledge)} ${room ? findings.began : ""}`;
  return fill(whole, { why, causes: causes(findings, room - 1, knowledge) }).split(/\s+/).filter(Boolean).join(" ");
}

// The symptoms that are yes, else those that are unsure: first the weightiest signs of the first condition.
function symptoms(findings, knowledge) {
  const weight = (sign) => knowledge.weights[sign.weight];
  const signs = [...findings.conditions[0].present].sort((a, b) => weight(b) - weight(a));
  const ids = unique([...signs.flatMap((sign) => questions(sign.when)), ...Object.keys(knowledge.questions)])
    .filter((id) => knowledge.questions[id].kind === "symptom");
  const answered = (answer) => ids.filter((id) => findings.answers[id] === answer);
  return narrowest(answered("yes").length ? answered("yes") : answered("unsure"), findings, knowledge);
}

function sentence(phrases, { texts }) {
  const joined = [phrases.slice(0, -1).join(", "), ...phrases.slice(-1)].filter(Boolean).join(` ${texts.say_and} `);
  return joined ? `${upper_first(joined)}.` : "";
}

function causes(findings, most, { texts }) {
  const names = behind_urgency(findings).slice(0, most).map(({ name }) => lower_first(name));
  return names.join(` ${texts.say_or} `) || texts.say_serious_cause;
}

// engine/advice.py

function advice_level(urgency, possible, symptom, answered) {
  if (urgency !== URGENCIES[0]) return urgency;
  if (!answered) return "nothing_answered";
  if (!symptom) return "nothing_reported";
  return rank(possible) >= rank(MOST_BY_UNSURE) ? "not_enough_answers" : urgency;
}

function advise(findings, symptom, knowledge, region) {
  const { urgency, possible_urgency, present, answers } = findings;
  const level = advice_level(urgency, possible_urgency, symptom, Object.keys(answers).length > 0);
  const words = knowledge.advice[level][region] ?? knowledge.advice[level].default;
  const notes = unique(present.map((flag) => flag.note).filter(Boolean));
  const instead = present.find((flag) => flag.urgency === urgency && flag.instead)?.instead;
  return {
    level,
    headline: words.headline,
    steps: [instead ?? words.action[0], ...notes, ...words.action.slice(1)],
    say: say_this(findings, words.say, knowledge),
    check_again: words.check_again,
  };
}
