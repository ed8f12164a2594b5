// The page of a result for the respondent, with the names of report/, and the notes for a doctor.

// The sources of the advice, by id.
function cited({ setting }, knowledge) {
  const ids = setting.flatMap((flag) => flag.sources);
  return unique(ids.length ? ids : knowledge.safety_net.sources);
}

// The notes for a doctor as lines of text: what to say, the red flags that are present and the first of those by
// answers that are not sure, each with its answers, and every answer.
function notes(assessment, knowledge, date) {
  const { texts } = knowledge;
  const { answers, derived, present, deciding, advice } = assessment;
  const line = (flag, mark) => {
    const reason = labelled(reasons(assessment, [flag], knowledge), knowledge);
    return `${texts[`level_${flag.urgency}`]}${mark}: ${flag.name} (${reason})`;
  };
  const possible = deciding.filter((flag) => flag.value !== YES).map((flag) => ["", line(flag, "?")]);
  const flags = [...present.map((flag) => line(flag, "")), ...most(possible, knowledge).map(([, text]) => text)];
  const asked = Object.values(knowledge.questions).filter(({ id }) => derived[id] !== "no");
  const by_answer = ["yes", "unsure", "no", "open"]
    .map((answer) => [answer, asked.filter(({ id }) => (answers[id] ?? "open") === answer)])
    .filter(([, found]) => found.length)
    .map(([answer, found]) =>
      `${texts[`answer_${answer}`]} (${found.length}): ${found.map(({ label }) => label).join("; ")}.`);
  const said = [advice.headline, `"${advice.say}"`, ...incomplete(assessment, knowledge)];
  return [`${texts.ask_title}. ${date}`, ...said, ...flags, ...by_answer, `${texts.notice} ${version_note(knowledge)}`];
}

// report/patient.py

function patient_page(assessment, knowledge) {
  const [{ advice }, { texts }] = [assessment, knowledge];
  const sections = [
    { title: texts.part_do, kind: "numbered", rows: advice.steps.map((step) => [step]) },
    { title: texts.part_say, kind: "quote", rows: [[advice.say]] },
    { title: texts.part_why, kind: "pairs", rows: why(assessment, knowledge) },
    { title: texts.part_conditions, kind: "table", ...conditions(assessment, knowledge) },
    { title: texts.part_change, kind: "pairs", rows: could_change(assessment, knowledge) },
    { title: texts.part_watch, kind: "list", rows: watch_for(assessment, knowledge).map((line) => [line]) },
  ];
  return {
    headline: advice.headline,
    sections: sections.filter(({ rows }) => rows.length),
    footer: [texts.notice, version_note(knowledge)],
  };
}

function watch_for({ urgency, advice }, { safety_net: { lead, watch_for, also, course } }) {
  if (advice.level === "emergency") return [advice.check_again];
  const less_urgent = rank(urgency) < rank("same_day") ? also : [];
  return [lead, ...watch_for, ...less_urgent, ...(advice.level === "routine" ? [course] : []), advice.check_again];
}

function most(rows, knowledge) {
  if (rows.length <= MOST) return rows;
  return [...rows.slice(0, MOST), ["", text_of(knowledge, "more", { count: rows.length - MOST })]];
}

function why(assessment, knowledge) {
  const { texts } = knowledge;
  const rows = most(reasons(assessment, assessment.setting, knowledge).flatMap(({ question, answer, left_open }) => [
    [texts[`answer_${answer}`], upper_first(question.statement)],
    ...left_open.map(({ ask }) => [texts.answer_open, ask]),
  ]), knowledge);
  const causes = behind_urgency(assessment).slice(0, 2).map(({ plain }) => plain);
  const mean = text_of(knowledge, "can_mean", { causes: causes.join("; ") });
  if (causes.length) rows.push(["", assessment.urgency === "emergency" ? mean : `${mean} ${texts.less_serious}`]);
  const [answered, total] = [assessment.answers, knowledge.questions].map((each) => Object.keys(each).length);
  return rows.length || !answered ? rows : [["", text_of(knowledge, "no_flag", { answered, total })]];
}

function conditions(assessment, knowledge) {
  const { texts } = knowledge;
  const behind = behind_urgency(assessment).filter(({ present, pointed_to }) => present.length || pointed_to);
  const others = assessment.conditions.filter((each) => each.present.length && !behind.includes(each));
  const more = Math.max(0, behind.length - MOST) + Math.max(0, others.length - MOST_OTHERS);
  return {
    rows: [
      ...behind.slice(0, MOST).map((each) => condition_cells(each, knowledge, texts.behind)),
      ...others.slice(0, MOST_OTHERS).map((each) => condition_cells(each, knowledge)),
    ],
    header: [texts.column_condition, texts.column_found, texts.column_signs],
    notes: [...(more ? [text_of(knowledge, "more", { count: more })] : []), texts.count_note],
  };
}

function could_change(assessment, knowledge) {
  const [{ answers, could_raise }, { texts, questions }] = [assessment, knowledge];
  const in_why = assessment.setting.flatMap((flag) => flag.because);
  const ids = unique(could_raise.map((id) => first_asked(questions[id], answers))).filter((id) => !in_why.includes(id));
  const rows = ids.map((id) => [texts[`answer_${answers[id] ?? "open"}`], questions[id].ask]);
  const [lines, open] = [incomplete(assessment, knowledge), assessment.unanswered.length];
  if (!lines.length && open) lines.push(text_of(knowledge, "open_none", { count: open }));
  return [...rows.slice(0, MOST), ...lines.map((line) => ["", line])];
}

// report/page.py

const text_of = (knowledge, name, values) => fill(knowledge.texts[name], values);

function version_note({ version_note, review_due, texts }) {
  const is_overdue = review_due && review_due < new Date().toISOString().slice(0, 10);
  return is_overdue ? `${version_note} ${fill(texts.review_overdue, { date: review_due })}` : version_note;
}

function condition_cells({ name, signs, present }, knowledge, mark = "") {
  const names = present.map((sign, index) => (index ? lower_first(sign.name) : sign.name));
  const found = text_of(knowledge, "signs_found", { present: present.length, total: signs.length });
  return [mark ? `${name} (${mark})` : name, names.join(", ") || "-", found];
}

function incomplete({ urgency, possible_urgency, could_raise }, knowledge) {
  if (urgency === possible_urgency) return [];
  const level = knowledge.texts[`level_${possible_urgency}`];
  return [text_of(knowledge, "incomplete", { level, count: could_raise.length })];
}
