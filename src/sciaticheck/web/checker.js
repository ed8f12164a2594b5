// The page: shows a state of the interview, and goes on when a button is pressed. Nothing is stored or sent.
const PAGE = JSON.parse(document.getElementById("knowledge").textContent);
const main = document.querySelector("main");
const trail = [START]; // the states there were
let [depth, language, region, quick] = [0, preferred_language(), PAGE.region, false];

function preferred_language() {
  return navigator.languages.map((each) => each.split("-")[0]).find((code) => code in PAGE.languages) ?? PAGE.language;
}

const regional = {}; // the knowledge by language and region, once it is needed
const knowledge = () =>
  ({ ...(regional[[language, region]] ??= in_words_of(region, PAGE.languages[language])), quick });
const assessed = (state) => assess(answers_of(state), knowledge(), region, state.began);

// An element. Children are elements or plain text, which a browser never reads as HTML.
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat());
  return element;
}

const button = (text, onclick, className = "") => make("button", { type: "button", onclick, className }, text);
const paragraph = (text, className = "") => make("p", { className }, text);
const heading = (text) => make("h2", {}, text);
const list = (tag, items) => make(tag, {}, items.map((item) => make("li", {}, item)));
const folded = (title, ...content) => make("details", {}, make("summary", {}, title), ...content);

// A text in which the region's phone numbers are links to call.
function linked(text) {
  const numbers = knowledge().regions[region]?.numbers ?? [];
  if (!numbers.length) return [text];
  const parts = text.split(new RegExp(`\\b(${numbers.join("|")})\\b`));
  const link = (number) => make("a", { href: `tel:${number.replaceAll(" ", "")}` }, number);
  return parts.map((part) => (numbers.includes(part) ? link(part) : part));
}

// A large button for each phone number that some texts name.
function call_buttons(texts) {
  const links = new Map(texts.flatMap(linked).filter((part) => part.href).map((link) => [link.textContent, link.href]));
  return [...links].map(([number, href]) =>
    make("a", { href, className: "button call" }, text_of(knowledge(), "page_call", { number })));
}

// Goes on to a state. The browser's own "back" returns to the one before.
function go(state, note = "") {
  depth += 1;
  trail.splice(depth, trail.length, state);
  try {
    history.pushState({ depth }, "");
  } catch {} // some viewers of attachments do not let a page do that
  show(note);
}

function go_back() {
  if (history.state?.depth === depth) return history.back();
  depth -= 1;
  show();
}

// Draws the present state, and moves the focus to its heading, so that a screen reader reads it.
function show(note = "") {
  const state = trail[depth];
  const { texts, language: { code, direction }, made } = knowledge();
  Object.assign(document.documentElement, { lang: code, dir: direction });
  document.title = texts.ask_title;
  const is_warned = state.warned && ["asking", "onset", "review"].includes(state.stage);
  main.replaceChildren(
    ...(is_warned ? [make("p", { className: "banner" }, linked(assessed(state).advice.headline))] : []),
    ...(note ? [paragraph(note, "note")] : []),
    ...VIEWS[state.stage](state, texts),
  );
  document.querySelector("footer").replaceChildren(paragraph(`${texts.notice} ${version_note(knowledge())} ${made}`));
  window.scrollTo(0, 0);
  const title = main.querySelector("h1");
  title.tabIndex = -1;
  if (trail.length > 1) title.focus();
}

const back = (texts) => button(texts.page_back, go_back, "quiet");
const result_button = (state, texts) => button(texts.page_result, () => go({ ...state, stage: "finished" }), "main");

// A labelled list to choose from.
function choice(id, label, options, chosen, choose) {
  const onchange = ({ target: { value } }) => (choose(value), show(), document.getElementById(id).focus());
  const select = make("select", { id, onchange },
    options.map(([value, text]) => make("option", { value, selected: value === chosen }, text)));
  return make("p", { className: "choice" }, make("label", { htmlFor: id }, label), select);
}

// A box to tick.
function box(id, label, checked, tick) {
  const input = make("input", { id, type: "checkbox", checked, onchange: () => tick(input.checked) });
  return make("p", { className: "check" }, input, make("label", { htmlFor: id }, label));
}

function opening(state, texts) {
  const known = knowledge();
  const regions = Object.values(known.regions).map(({ id, name }) => [id, name]);
  const languages = Object.entries(PAGE.languages).map(([code, each]) => [code, each.language.name]);
  const tick = (is_quick) => (quick = is_quick, show(), document.getElementById("quick").focus());
  const { action } = known.advice.emergency[region] ?? known.advice.emergency.default;
  return [
    make("h1", {}, texts.ask_title),
    make("div", { className: "stop" }, paragraph(texts.stop_now), call_buttons(action)),
    paragraph(`${texts.notice} ${texts.unreviewed}`, "under"),
    paragraph(`${known.scope.made_for} ${known.scope.not_for}`),
    choice("region", texts.page_region, regions, region, (value) => (region = value)),
    choice("language", texts.page_language, languages, language, (value) => (language = value)),
    box("quick", texts.page_quick, quick, tick),
    button(texts.page_start, () => go(go_on(START, knowledge())), "main"),
    paragraph(`${known.about[Number(quick)]} ${texts.privacy}`),
    paragraph(texts.page_keep),
    paragraph(texts.new_means),
  ];
}

function asking(state, texts) {
  const known = knowledge();
  const { asks, screen } = next_item(state, known);
  const [{ id, ask, group, try_this }] = asks;
  const [at, total] = count(state, known);
  const name = state.changing ? "ask_changing" : "ask_position";
  const position = text_of(known, name, { at, total, group: screen?.title ?? group });
  const press = (given) => go(answer(state, given, known), given === "unsure" && !screen ? try_this : "");
  const ticked = () => [...main.querySelectorAll(":checked")].map((input) => input.id);
  const next = button(texts.page_none, () => press(ticked()));
  const tick = () => (next.textContent = ticked().length ? texts.page_ticked : texts.page_none);
  const answer_button = (choice) =>
    button(texts[`answer_${choice}`], () => press(choice), answers_of(state)[id] === choice ? "given" : "");
  return [
    make("p", { className: "position" }, make("progress", { value: at, max: total, ariaHidden: true }), position),
    make("h1", {}, screen ? texts.ask_any : ask),
    ...(screen ? [...asks.map((each) => box(each.id, each.ask, false, tick)), paragraph(texts.page_any_help)] : []),
    make("div", { className: "answers" }, screen ? [next, answer_button("unsure")] : CHOICES.map(answer_button)),
    folded(texts.page_help, ...asks.flatMap((each) => (screen
      ? [heading(each.ask), paragraph(each.help[0])] : each.help.map((text) => paragraph(text))))),
    back(texts),
  ];
}

// The advice at the first emergency, and the choice to stop or to go on.
function emergency(state, texts) {
  const assessment = assessed(state);
  const { headline, steps, say } = assessment.advice;
  const quick = quick_ones(state, assessment, knowledge());
  return [
    make("h1", { className: "headline emergency" }, headline),
    ...call_buttons([headline, ...steps]),
    section({ title: texts.part_do, kind: "numbered", rows: steps.map((step) => [step]) }),
    section({ title: texts.part_say, kind: "quote", rows: [[say]] }),
    paragraph(texts.banner_choice),
    result_button(state, texts),
    button(text_of(knowledge(), "page_go_on", { count: quick.length + 1 }), // and when it began
      () => go(go_on({ ...state, quick_ones: quick }, knowledge()))),
    back(texts),
  ];
}

// When it began, asked once about whatever sets the urgency.
function onset(state, texts) {
  const assessment = assessed(state);
  const behind = reasons(assessment, assessment.setting, knowledge()).map(({ question }) => question);
  const symptoms = behind.filter(({ kind }) => kind === "symptom").map(({ id }) => phrase(id, assessment, knowledge()));
  const sentences = Object.keys(texts).filter((name) => /^began_\d$/.test(name)).sort().map((name) => texts[name]);
  return [
    make("h1", {}, texts.began_ask),
    list("ul", symptoms.slice(0, MOST_REASONS).map(upper_first)),
    ...sentences.map((began) => button(began, () => go(go_on({ ...state, began }, knowledge())))),
    back(texts),
  ];
}

function reviewing(state, texts) {
  const known = knowledge();
  const given = in_order(state, known);
  const row = ({ id, together }) => {
    const { ask } = known.questions[id];
    return button(together ? `${ask} ${texts.review_together}` : ask, () => go(change(state, id, known)));
  };
  const parts = ["yes", "unsure", "no"].map((choice) => [choice, given.filter((each) => each.answer === choice)]);
  return [
    make("h1", {}, texts.review_title),
    result_button(state, texts),
    paragraph(texts.page_change),
    ...parts.filter(([, rows]) => rows.length).map(([choice, rows]) => {
      const part = folded(`${texts[`answer_${choice}`]} (${rows.length})`, ...rows.map(row));
      return Object.assign(part, { className: "review", open: choice !== "no" });
    }),
    back(texts),
  ];
}

function finished(state, texts) {
  const known = knowledge();
  const assessment = assessed(state);
  const page = patient_page(assessment, known);
  const date = new Date().toLocaleString("sv").slice(0, 16); // 2026-11-28 07:30
  const text = notes(assessment, known, date).join("\n");
  const area = make("pre", { tabIndex: 0 }, text);
  const status = make("output", {});
  const copy = async () =>
    (status.textContent = (await copied(text, area)) ? texts.page_copied : texts.page_copy_by_hand);
  return [
    make("h1", { className: `headline ${assessment.urgency}` }, page.headline),
    paragraph(date, "printed"),
    ...closing(state, known).map((line) => paragraph(line, "under")),
    ...call_buttons([page.headline, ...assessment.advice.steps]),
    ...page.sections.map(section),
    paragraph(page.footer.join(" "), "under"),
    button(texts.page_copy, copy),
    status,
    button(texts.page_print, () => window.print()),
    button(texts.page_save, () => save(answers_of(state))),
    button(texts.page_review, () => go({ ...state, stage: "review" })),
    button(texts.page_again, () => location.reload()),
    paragraph(texts.page_keep, "screen"),
    folded(texts.part_sources, list("ul", cited(assessment, known).map((id) => PAGE.sources[id])
      .map(([text, href]) => [text, " ", href && make("a", { href, rel: "noreferrer" }, href)]))),
    make("section", { className: "notes" }, heading(texts.page_notes), area),
  ];
}

function section({ title, kind, rows, header = [], notes = [] }) {
  const first = rows.map(([text]) => text);
  const content = {
    numbered: () => list("ol", first.map(linked)),
    quote: () => make("blockquote", {}, first),
    list: () => list("ul", first.map(linked)),
    pairs: () => list("ul", rows.map(([label, text]) => (label ? [make("strong", {}, `${label}: `), text] : text))),
    table: () => make("table", {},
      make("thead", {}, make("tr", {}, header.map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, rows.map(([name, ...cells]) =>
        make("tr", {}, make("th", { scope: "row" }, name), cells.map((cell) => make("td", {}, cell)))))),
  };
  return make("section", { className: kind }, heading(title), content[kind](), notes.map((note) => paragraph(note)));
}

// Copies a text. If the browser does not let a page do that, selects it, so that it can be copied by hand.
async function copied(text, area) {
  getSelection().selectAllChildren(area);
  return (await navigator.clipboard?.writeText(text).then(() => true, () => false)) || document.execCommand("copy");
}

// Hands the browser an answers file to save, which `sciaticheck check` reads.
function save(answers) {
  const href = URL.createObjectURL(new Blob([to_text(answers)], { type: "application/yaml" }));
  make("a", { href, download: "answers.yaml" }).click();
}

const VIEWS = { opening, asking, emergency, onset, review: reviewing, finished };

window.addEventListener("popstate", ({ state }) => {
  depth = trail[state?.depth] ? state.depth : 0;
  show();
});
history.replaceState({ depth }, "");
show();
