// Walks through the page of `export page` by clicks and keys, and tells what was seen; page.py judges that.
//
//     node page.mjs CHROMIUM PAGE.html AXE.js WALKS.json FOLDER TOLD.json
//
// WALKS is {"name": {language, region, quick, keys, answers, otherwise, change, words}}: `answers` maps what is asked
// to the answer, `change` is an answer to change at the end, `words` the labels of the page. Screenshots of every kind
// of state go to FOLDER. TOLD has for each walk what the result says and the file that was saved; and for all walks
// what axe-core found, what was wider than the screen, what was asked of any server, and the errors of the page.
import { readFileSync, writeFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, file, axe, walks, folder, told] = process.argv.slice(2);
const SCREENS = [
  { width: 320, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
  { width: 768, colorScheme: "light", forcedColors: "active" },
  { width: 1280, colorScheme: "light" },
];
const requests = [];
const faults = [];

// Looks at the present state once for each kind of state: axe-core, the width, and a picture.
async function look(page, name, kind, seen) {
  if (seen.has(kind)) return;
  seen.add(kind);
  await page.evaluate(readFileSync(axe, "utf8"));
  const found = await page.evaluate(() => axe.run());
  for (const { id, help, nodes } of found.violations) faults.push(`${name} ${kind}: ${id}: ${help}: ${nodes[0].html}`);
  const wider = await page.evaluate(() => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth);
  if (wider > 0) faults.push(`${name} ${kind}: ${wider} px wider than the screen`);
  await page.screenshot({ path: `${folder}/${name}-${kind}.png`, fullPage: true });
}

async function press(page, label, keys) {
  const button = page.getByRole("button", { name: label, exact: true });
  if (!keys) return button.click();
  const wanted = await button.elementHandle();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) return page.keyboard.press("Enter");
  }
  throw new Error(`${label} cannot be reached by Tab`);
}

async function walk(page, name, { language, region, quick, keys, answers, otherwise, change, words }) {
  const seen = new Set();
  await page.goto(file);
  await page.getByRole("combobox").nth(1).selectOption(language);
  await page.getByRole("combobox").nth(0).selectOption(region);
  if (quick) await page.getByRole("checkbox").check();
  await look(page, name, "opening", seen);
  await press(page, words.page_start, keys);
  let [left, prompts, began] = [change, 0, false];
  for (let steps = 0; steps < 300; steps += 1) {
    const heading = page.locator("h1");
    const title = await heading.textContent();
    if (!(await heading.evaluate((element) => element === document.activeElement))) faults.push(`${name}: focus: ${title}`);
    if (await page.getByRole("button", { name: words.page_print, exact: true }).count()) break;
    if (title === words.began_ask) {
      await look(page, name, "onset", seen);
      await press(page, words.began_2, keys);
      began = true;
    } else if (await page.locator("h1.emergency").count()) {
      await look(page, name, "emergency", seen);
      const buttons = await page.getByRole("button").allTextContents();
      await press(page, buttons.find((text) => new RegExp(words.page_go_on.replace("{count}", "\\d")).test(text)), keys);
    } else if (title === words.review_title) {
      await look(page, name, "review", seen);
      if (left && !(await page.getByRole("button", { name: left[0], exact: true }).isVisible())) {
        await page.locator("summary").last().click();
      }
      await press(page, left ? left[0] : words.page_result, keys);
      if (left) answers[left[0]] = left[1];
      left = null;
    } else {
      prompts += 1;
      const asks = title === words.ask_any ? await page.locator(".check label").allTextContents() : [title];
      const answer_to = (ask) => answers[ask] ?? otherwise;
      const is_unsure = asks.some((ask) => answer_to(ask) === "unsure");
      const ticked = asks.length > 1 && !is_unsure ? asks.filter((ask) => answer_to(ask) === "yes") : [];
      const for_screen = is_unsure ? words.answer_unsure : words[ticked.length ? "page_ticked" : "page_none"];
      const label = asks.length > 1 ? for_screen : words[`answer_${answer_to(title)}`];
      const banner = (await page.locator(".banner").count()) ? "-warned" : "";
      await look(page, name, (asks.length > 1 ? "screen" : "question") + banner, seen);
      if (!seen.has("help")) {
        await page.locator("summary").click();
        await look(page, name, "help", seen);
        await page.locator("summary").click();
        await heading.focus();
      }
      if (steps === 3) { // back, and forth again
        await press(page, words.page_back, keys);
        await page.waitForFunction((title) => document.querySelector("h1").textContent !== title, title);
        await page.goForward();
        await page.waitForFunction((title) => document.querySelector("h1").textContent === title, title);
      }
      for (const ask of ticked) await page.getByLabel(ask, { exact: true }).check();
      await press(page, label, keys);
      if (await page.locator(".note").count()) await look(page, name, "note", seen);
    }
  }
  await look(page, name, "result", seen);
  await page.pdf({ path: `${folder}/${name}.pdf`, preferCSSPageSize: true });
  await page.locator("summary").click();
  await look(page, name, "sources", seen);
  const download = page.waitForEvent("download");
  await press(page, words.page_save);
  const saved = readFileSync(await (await download).path(), "utf8");
  await press(page, words.page_copy);
  return {
    headline: await page.locator("h1").textContent(),
    steps: await page.locator(".numbered li").allTextContents(),
    say: await page.locator("blockquote").first().textContent(),
    calls: await page.locator("a.call").evaluateAll((links) => links.map((link) => link.href)),
    copied: await page.locator("output").textContent(),
    language: await page.evaluate(() => document.documentElement.lang),
    prompts,
    began,
    saved,
  };
}

const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"];
const browser = await chromium.launch({ executablePath, args });
const made = {};
try {
  for (const [index, [name, each]] of Object.entries(JSON.parse(readFileSync(walks, "utf8"))).entries()) {
    const { width, ...looks } = SCREENS[index % SCREENS.length];
    const context = await browser.newContext({ viewport: { width, height: 740 }, offline: true, ...looks });
    const page = await context.newPage();
    page.on("request", (request) => requests.push(request.url()));
    page.on("websocket", (socket) => requests.push(socket.url()));
    page.on("pageerror", (error) => faults.push(`${name}: ${error}`));
    page.on("console", (message) => faults.push(`${name}: ${message.text()}`));
    try {
      made[name] = await walk(page, `${name}-${width}`, each);
    } catch (error) {
      faults.push(`${name}: ${error}`);
    }
    await context.close();
  }
  writeFileSync(told, JSON.stringify({ browser: browser.version(), walks: made, requests, faults }));
} finally {
  await browser.close();
}
