// Shows a form in a client, walks through it by clicks, and tells what was seen; forms.py judges that.
//
//     node forms.mjs CHROMIUM CLIENT WALKS.json TOLD.json
//
// CLIENT is a module of clients/. It exports `show`, which puts the text of a form into an element of the page, and
// `response`, which returns what the form makes as text. WALKS is {"name": {"form": "a file", "clicks": [["the
// question", "the option"], ...]}}, each begun on an empty form. TOLD has for each walk the questions to be seen before
// the first click and after each one, all text at the end, the clicks that could not be made, and the response.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Form</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/client.css"><div id="form"></div>
<script type="module">import * as client from "/client.js"; window.client = client;</script></html>`;
const TYPES = { html: "text/html", js: "text/javascript", css: "text/css" };

// The page and the client as one script and one style sheet, by what they are asked for.
async function files(client) {
  const { outputFiles } = await build({
    entryPoints: { client }, bundle: true, format: "esm", outdir: ".", write: false, logLevel: "error",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".png": "dataurl", ".woff": "dataurl", ".woff2": "dataurl" },
  });
  const built = outputFiles.map((file) => [`/client.${file.path.split(".").pop()}`, file.contents]);
  return { "/": PAGE, "/client.css": "", ...Object.fromEntries(built) };
}

// Runs in the page: each question to be seen, in its order, with its options and the one that is chosen. A question is
// radio buttons of one name; what is asked labels the group of them, or else the name. With a question and an option,
// the label to click.
function questions([wanted, chosen] = []) {
  const text = (node) => node?.textContent.trim();
  const found = new Map();
  for (const radio of document.querySelectorAll("input[type=radio]")) {
    const [label] = radio.labels;
    if (!label?.checkVisibility()) continue;
    if (!found.has(radio.name)) {
      const [id] = (radio.closest("[role=radiogroup]")?.getAttribute("aria-labelledby") ?? "").split(" ");
      const asks = document.getElementById(id) ?? document.querySelector(`label[for=${CSS.escape(radio.name)}]`);
      found.set(radio.name, { question: text(asks), options: [], chosen: [] });
    }
    const group = found.get(radio.name);
    group.options.push(text(label));
    if (radio.checked) group.chosen.push(text(label));
    if (group.question === wanted && text(label) === chosen) return label;
  }
  return wanted ? null : [...found.values()];
}

// What is to be seen once nothing changes any more.
async function settled(page) {
  let seen = await page.evaluate(questions);
  for (let tries = 0; tries < 50; tries += 1) {
    await page.waitForTimeout(80);
    const again = await page.evaluate(questions);
    if (again.length && JSON.stringify(again) === JSON.stringify(seen)) break;
    seen = again;
  }
  return seen;
}

async function walk(page, address, { form, clicks }) {
  await page.goto(address);
  await page.waitForFunction(() => window.client);
  await page.evaluate((text) => window.client.show(text, document.getElementById("form")), readFileSync(form, "utf8"));
  const seen = [await settled(page)];
  const missed = [];
  for (const click of clicks) {
    const label = (await page.evaluateHandle(questions, click)).asElement();
    try {
      await label.click({ timeout: 10_000 });
    } catch {
      missed.push(click);
    }
    seen.push(await settled(page));
  }
  const text = await page.evaluate(() => document.body.innerText);
  return { seen, missed, text, response: await page.evaluate(() => window.client.response()) };
}

const [executablePath, client, walks, told] = process.argv.slice(2);
const served = await files(`clients/${client}.js`);
const server = createServer((request, response) => {
  const body = served[request.url];
  const type = TYPES[request.url.split(".")[1] ?? "html"];
  response.writeHead(body === undefined ? 404 : 200, { "content-type": type }).end(body);
});
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
  for (const [name, steps] of Object.entries(JSON.parse(readFileSync(walks, "utf8")))) {
    made[name] = await walk(page, address, steps);
  }
  writeFileSync(told, JSON.stringify({ browser: browser.version(), walks: made, outside, faults }));
} finally {
  await browser.close();
  server.close();
}
