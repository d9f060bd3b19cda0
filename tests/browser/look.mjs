// Looks at every page that run.py found, once in one way, with the checks that are named.
// usage: node look.mjs SHOP.json WIDTH SCHEME LOCALE CHECK…     CHECK = axe, guards, keyboard, dark, poison, screenshot; exit code 1 on a finding
import { launch, logIn, open } from "./browser.mjs";
import { Shop } from "./shop.mjs";

const [, , file, width, scheme, locale, ...checks] = process.argv;
if (checks.length === 0) { console.error("usage: node look.mjs SHOP.json WIDTH SCHEME LOCALE CHECK…"); process.exit(2); }
const shop = new Shop(file);
const way = { width: Number(width), scheme, locale };
const modules = await Promise.all(checks.map((name) => import(`./check_${name}.mjs`)));
const browser = await launch();
const started = Date.now();
let findings = 0, looked = 0;
const queue = [...shop.pages];

// Cookies do not know ports: each shop and each person gets a context of its own.
async function worker() {
  const contexts = new Map();
  for (let one; (one = queue.shift());) {
    const key = `${one.base} ${one.who}`;
    if (!contexts.has(key)) {
      const opened = await open(browser, way);
      for (const module of modules) await module.begin?.(opened.page, one.base);
      if (one.who) await logIn(opened.page, one.base, one.who, shop.people[one.who]);
      contexts.set(key, opened);
    }
    const { page, complaints } = contexts.get(key);
    complaints.length = 0;
    const found = [];
    try {
      await page.setViewportSize({ width: way.width, height: 900 });
      const answer = await page.goto(one.base + one.address);
      for (const module of modules) found.push(...await module.check(page, { ...one, answer, way, complaints, shop }));
    } catch (error) { found.push(`could not be looked at: ${error.message}`); }
    for (const complaint of complaints) if (!/status of (403|404|409|422)/.test(complaint)) found.push(`complains: ${complaint}`);
    for (const text of found) console.log(`${one.name} (${way.width} px, ${way.scheme}, ${way.locale}) ${one.address}\n    ${text}`);
    findings += found.length;
    looked += 1;
  }
  for (const { context } of contexts.values()) await context.close();
}
// A page on which everything is wrong: a check that stays silent there would be silent everywhere.
const faults = {
  axe: ["image-alt"],
  dark: ["dark, 390 px: color-contrast"],
  guards: ["content policy", "inline script", "handler onclick", "level one headings", "title", "the same id twice", "asks another host", "too wide", "says lang", "something moves"],
  poison: ["ran", "became an element", "not shown as text", "turns the rest of its line"],
  keyboard: ["the focus is not seen", "an order of its own", "no reason why", "not a control of the browser", "the first stop"],
};
async function trial() {
  const { context, page, complaints } = await open(browser, way);
  const base = shop.pages[0].base;
  await page.route("**/faulty", (route) => route.fulfill({ path: new URL("faulty.html", import.meta.url).pathname, contentType: "text/html" }));
  await page.route("http://other.example/**", (route) => route.abort());
  const found = [];
  const judged = modules.filter((module, at) => faults[checks[at]]);
  for (const module of judged) await module.begin?.(page, base);
  const answer = await page.goto(`${base}/faulty`);
  for (const module of judged) found.push(...await module.check(page, { name: "faulty", address: "/faulty", base, shop, shows: ["<b>never</b>"], answer, way, complaints }));
  for (const fault of checks.flatMap((name) => faults[name] ?? []))
    if (!found.some((one) => one.includes(fault))) { console.log(`the checks do not find on the faulty page: ${fault}`); findings += 1; }
  await context.close();
}
await trial();
await Promise.all([worker(), worker()]);
await browser.close();
console.log(`${looked} pages looked at for ${checks.join(", ")} (${width} px, ${scheme}, ${locale}): ${findings} findings, ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exit(findings ? 1 : 0);
