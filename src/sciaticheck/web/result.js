// The page of a result for the respondent, with the names of report/, and the notes for a doctor.

// The notes for a doctor as lines of text: what to say, the red flags with their answers, and every answer.
function notes(assessment, knowledge, date) {
  const { texts, questions } = knowledge;
  const { states, deciding, advice } = assessment;
  const labels = (ids) => ids.map((id) => questions[id].label).join("; ");
  const flags = deciding.map(({ urgency, value, name, because }) =>
    `${texts[`level_${urgency}`]}${value === YES ? "" : "?"}: ${name} (${labels(because)})`);
  const answers = Object.entries({ yes: YES, unsure: UNSURE, no: NO, open: UNANSWERED })
    .map(([answer, state]) => [texts[`answer_${answer}`], in_state(states, state)])
    .filter(([, ids]) => ids.length)
    .map(([title, ids]) => `${title} (${ids.length}): ${labels(ids)}.`);
  const foot = `${texts.notice} ${knowledge.version_note}`;
  return [`${texts.ask_title}. ${date}`, advice.headline, `"${advice.say}"`, ...flags, ...answers, foot];
}

// report/patient.py

function patient_page(assessment, knowledge) {
  const { texts } = knowledge;
  const { advice } = assessment;
  const sections = [
    { title: texts.part_why, kind: "pairs", rows: why(assessment, knowledge) },
    { title: texts.part_do, kind: "numbered", rows: advice.steps.map((step) => [step]) },
    { title: texts.part_say, kind: "quote", rows: [[advice.say]] },
    { title: texts.part_open, kind: "pairs", rows: not_known(assessment, knowledge) },
    { title: texts.part_signs, kind: "conditions", rows: conditions(assessment, knowledge) },
    { title: texts.part_watch, kind: "text", rows: watch_for(assessment, knowledge) },
  ];
  return {
    headline: advice.headline,
    under: incomplete(assessment, knowledge),
    sections: sections.filter((section) => section.rows.length),
    footer: [texts.notice, knowledge.scope.not_for, knowledge.version_note],
    sources: cited(assessment, knowledge),
  };
}

function why(assessment, knowledge) {
  const { texts, questions } = knowledge;
  const { setting, states } = assessment;
  const ids = unique(setting.flatMap((flag) => flag.because));
  const answer_of = (id) => (states[id] === YES ? texts.answer_yes : texts.answer_unsure);
  const rows = ids.map((id) => [answer_of(id), upper_first(questions[id].statement)]);
  const targets = new Set(setting.flatMap((flag) => flag.points_to));
  const causes = assessment.conditions.filter(({ id }) => targets.has(id)).slice(0, 2).map(({ plain }) => plain);
  if (causes.length) {
    const mean = text_of(knowledge, "can_mean", { causes: causes.join("; ") });
    rows.push(["", assessment.urgency === "emergency" ? mean : `${mean} ${texts.less_serious}`]);
  }
  if (rows.length) return rows;
  const total = Object.keys(questions).length;
  return [["", text_of(knowledge, "no_flag", { answered: total - assessment.unanswered.length, total })]];
}

function not_known(assessment, knowledge) {
  const { texts, questions } = knowledge;
  const is_unsure = (id) => assessment.unsure.includes(id);
  const unsure = assessment.could_raise.filter(is_unsure);
  const unanswered = assessment.could_raise.filter((id) => !is_unsure(id));
  const rows = [
    ...unsure.map((id) => [texts.answer_unsure, questions[id].ask]),
    ...unanswered.slice(0, MOST_UNANSWERED).map((id) => [texts.answer_open, questions[id].ask]),
  ];
  const more = unanswered.length - MOST_UNANSWERED;
  if (more > 0) rows.push(["", text_of(knowledge, "open_more", { count: more })]);
  const open = assessment.unanswered.length;
  if (!rows.length && open) rows.push(["", text_of(knowledge, "open_none", { count: open })]);
  return rows;
}

function conditions(assessment, knowledge) {
  const listed = assessment.conditions.filter(({ present, pointed_to }) => present.length || pointed_to);
  return listed.slice(0, MOST_CONDITIONS).map(({ name, signs, present }) => [
    name,
    text_of(knowledge, "signs_found", { present: present.length, total: signs.length }),
    present.map((sign, index) => (index ? lower_first(sign.name) : sign.name)).join(", "),
  ]);
}

function watch_for(assessment, knowledge) {
  const net = knowledge.safety_net;
  const lines = [net.lead, ...net.watch_for];
  if (rank(assessment.urgency) < rank("same_day")) {
    lines.push(...net.also);
    if (assessment.symptom_reported) lines.push(net.course);
  }
  return [...lines, assessment.advice.check_again].map((line) => [line]);
}

// report/page.py

const text_of = (knowledge, name, values) => filled(knowledge.texts[name], values);

function incomplete({ urgency, possible_urgency, could_raise }, knowledge) {
  if (urgency === possible_urgency) return [];
  const level = knowledge.texts[`level_${possible_urgency}`];
  return [text_of(knowledge, "incomplete", { level, count: could_raise.length })];
}

function cited({ setting }, knowledge) {
  const ids = setting.flatMap((flag) => flag.sources);
  return unique(ids.length ? ids : knowledge.safety_net.sources);
}
