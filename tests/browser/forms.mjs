// Shows a questionnaire in LHC-Forms, walks through it by clicks, and tells what was seen; forms.py judges that.
//
//     node forms.mjs CHROMIUM QUESTIONNAIRE.json WALKS.json TOLD.json
//
// WALKS is {"name": [["the question", "the option"], ...]}, each begun on an empty form. TOLD is, for each walk, the
// questions to be seen before the first click and after each one, the clicks that could not be made, and the
// QuestionnaireResponse that the form makes.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const LFORMS = new URL("node_modules/lforms/dist/lforms/", import.meta.url);
const SCRIPTS = ["webcomponent/assets/lib/zone.min.js", "webcomponent/lhc-forms.js", "fhir/R4/lformsFHIR.min.js"];
const STYLES = "webcomponent/styles.css";
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/${STYLES}"><div id="form"></div>
${SCRIPTS.map((script) => `<script src="/${script}"></script>`).join("\n")}</html>`;

// Nothing is served but the page and the files it names.
function answer(request, response) {
  const name = request.url.slice(1);
  if (name === "") {
    response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
  } else if (name === STYLES || SCRIPTS.includes(name)) {
    const type = name === STYLES ? "text/css" : "text/javascript";
    response.writeHead(200, { "content-type": type }).end(readFileSync(new URL(name, LFORMS)));
  } else {
    response.writeHead(404).end();
  }
}

// Runs in the page: each question to be seen, in its order, with its options and the one that is chosen.
function questions() {
  const text = (node) => node.textContent.trim();
  return [...document.querySelectorAll("[role=radiogroup]")]
    .filter((group) => group.checkVisibility())
    .map((group) => {
      const options = [...group.querySelectorAll("label")].filter((label) => label.checkVisibility());
      return {
        question: text(document.getElementById(group.getAttribute("aria-labelledby"))),
        options: options.map(text),
        chosen: options.filter((label) => label.querySelector("input").checked).map(text),
      };
    });
}

// What is to be seen once nothing changes any more.
async function settled(page) {
  let seen = await page.evaluate(questions);
  for (let tries = 0; tries < 50; tries += 1) {
    await page.waitForTimeout(80);
    const again = await page.evaluate(questions);
    if (JSON.stringify(again) === JSON.stringify(seen)) break;
    seen = again;
  }
  return seen;
}

async function walk(page, address, questionnaire, clicks) {
  await page.goto(address);
  await page.waitForFunction(() => window.LForms?.FHIR?.R4);
  await page.evaluate(async (form) => {
    const shown = LForms.Util.convertFHIRQuestionnaireToLForms(form, "R4");
    await LForms.Util.addFormToPage(shown, "form", {});
  }, questionnaire);
  await page.waitForSelector("[role=radiogroup]");
  const seen = [await settled(page)];
  const missed = [];
  for (const [question, option] of clicks) {
    const group = page.getByRole("radiogroup", { name: question, exact: true });
    await group
      .getByText(option, { exact: true })
      .click({ timeout: 10_000 })
      .catch(() => missed.push([question, option]));
    seen.push(await settled(page));
  }
  const response = await page.evaluate(() => LForms.Util.getFormFHIRData("QuestionnaireResponse", "R4"));
  return { seen, missed, response };
}

const [executablePath, form, walks, told] = process.argv.slice(2);
const questionnaire = JSON.parse(readFileSync(form, "utf8"));
const server = createServer(answer);
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const address = `http://127.0.0.1:${server.address().port}/`;
const browser = await chromium.launch({
  executablePath,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1", // no other host has an address
  ],
});
try {
  const page = await browser.newPage();
  const outside = [];
  const faults = [];
  const asked = (url) => {
    if (!url.startsWith(address) && !/^(data|blob):/.test(url)) outside.push(url);
  };
  page.on("request", (request) => asked(request.url()));
  page.on("websocket", (socket) => asked(socket.url()));
  page.on("pageerror", (error) => faults.push(String(error)));
  const made = {};
  for (const [name, clicks] of Object.entries(JSON.parse(readFileSync(walks, "utf8")))) {
    made[name] = await walk(page, address, questionnaire, clicks);
  }
  const client = await page.evaluate(() => LForms.lformsVersion);
  writeFileSync(told, JSON.stringify({ client, browser: browser.version(), walks: made, outside, faults }));
} finally {
  await browser.close();
  server.close();
}
