// The main job in a real browser: without JavaScript, with it, by keyboard, pressed twice, after logging out. One line per step.
// usage: node walk.mjs BASE_URL USER PASSWORD     the shop must hold captured orders; exit code 1 at the first thing that is wrong
import { launch, logIn, open } from "./browser.mjs";

const [, , base, user, password] = process.argv;
if (!password) { console.error("usage: node walk.mjs BASE_URL USER PASSWORD"); process.exit(2); }
const browser = await launch();
const must = (condition, what) => { if (!condition) throw new Error(what); };
const done = (text) => console.log(`ok  ${text}`);

// The list of orders whose money is collected: once a settlement names them, they have the other word.
async function collected(page) {
  for (const word of ["captured", "completed_and_captured"]) {
    await page.goto(`${base}/orders?word=${word}`);
    if ((await page.$$("#orders tbody input[name=order]")).length > 1) break;
  }
  return page.url();
}

// Orders whose money is collected and which have at least `lines` open lines; each step takes another one.
const taken = new Set();
async function capturedOrder(page, lines) {
  await page.goto(await collected(page));
  const hrefs = await page.$$eval("#orders tbody tr", (rows) => rows.filter((row) => !row.querySelector(".tag")).map((row) => row.querySelector("a.key-link").getAttribute("href")));
  for (const href of hrefs) {
    if (taken.has(href)) continue;
    await page.goto(`${base}${href}/products`);
    if ((await page.$$("#lines input[name=line]")).length < lines) continue;
    taken.add(href);
    return href;
  }
  throw new Error(`no captured order with ${lines} open lines is left`);
}
const text = (page, selector) => page.textContent(selector);

async function withoutScript() {
  const { context, page } = await open(browser, { javaScript: false });
  await logIn(page, base, user, password);
  const order = await capturedOrder(page, 1);
  await page.goto(`${base}${order}/products`);
  await page.click("#lines tbody tr:not(.gone) button[value^='cancel_lines:']");
  must((await text(page, ".sheet")).includes("Nothing has happened yet."), "the sheet says that nothing has happened");
  must((await text(page, ".sheet .big")).trim() !== "", "the sheet names the sum");
  await page.click(".sheet form button");
  must((await text(page, "[role=status].flash")).includes("Canceled in order"), "the page says what was done");
  must(await page.$("#lines tbody tr.gone, #lines tbody .t2:has-text('canceled')"), "the canceled line is greyed");
  await page.click("#lines a[aria-label^='Undo']");
  await page.click(".sheet form button");
  must((await text(page, "[role=status].flash")).includes("Brought back"), "the line is back");
  await context.close();
  done("without JavaScript: canceled a line, saw the plan and the sum first, undid it");
}

async function ticked() {
  const { context, page, complaints } = await open(browser);
  await logIn(page, base, user, password);
  const order = await capturedOrder(page, 2);
  await page.goto(`${base}${order}/products`);
  must(await page.isHidden(".bulkbar"), "the bar is hidden while nothing is ticked");
  const boxes = await page.$$("#lines input[name=line]");
  await boxes[0].check();
  await boxes[1].check();
  must((await text(page, "[data-bulk-summary]")).startsWith("2 lines ticked"), "the bar counts the ticked lines");
  await page.click("button[value=delete_lines]");
  must((await text(page, ".sheet h2")).includes("2 lines"), "the plan is about both lines");
  await page.click(".sheet .foot a");
  must(page.url().endsWith("/products"), "back changes nothing and leads back");
  must(complaints.length === 0, complaints.join("; "));
  await context.close();
  done("ticked two lines: the bar counts and sums, the plan covers both, back changes nothing");
}

async function tickedOrders() {
  for (const javaScript of [true, false]) {
    const { context, page, complaints } = await open(browser, { javaScript });
    await logIn(page, base, user, password);
    await page.goto(await collected(page));
    const boxes = await page.$$("#orders tbody input[name=order]");
    must(boxes.length > 1, "captured orders can be ticked");
    must(await page.isVisible(".bulkbar") !== javaScript, "with a script the bar is hidden while nothing is ticked, without one it stands below the list");
    await boxes[0].focus();
    await page.keyboard.press("Space");
    await boxes[1].check();
    if (javaScript) {
      must((await text(page, "[data-bulk-summary]")).startsWith("2 orders ticked · "), "the bar counts the ticked orders and shows their sums");
      await page.locator("[data-all=orders]:visible").check();
      must((await text(page, "[data-bulk-summary]")).startsWith(`${boxes.length} orders ticked`), "all that are shown can be ticked at once");
      await page.locator("[data-all=orders]:visible").uncheck();
      must(await page.isHidden(".bulkbar"), "the bar goes with the last tick");
      await boxes[0].check();
      await boxes[1].check();
    }
    await page.click("#ticked button[value$=' refund']");
    must(page.url().includes("?job="), "the button leads to the plugin's dry run");
    must(complaints.length === 0, complaints.join("; "));
    await context.close();
  }
  done("ticked orders with and without JavaScript: the bar counts and sums, the button leads to the dry run");
}

async function pressedTwice() {
  const { context, page } = await open(browser);
  await logIn(page, base, user, password);
  const order = await capturedOrder(page, 1);
  await page.goto(`${base}${order}/act?act=cancel_order`);
  const form = await page.$eval(".sheet form", (node) => ({ action: node.getAttribute("action"), body: new URLSearchParams(new FormData(node)).toString() }));
  const answers = await page.evaluate(async ({ action, body }) => {
    const send = () => fetch(action, { method: "POST", body, headers: { "Content-Type": "application/x-www-form-urlencoded" } }).then((answer) => answer.status);
    return Promise.all([send(), send(), send()]);
  }, form);
  must(answers.every((status) => status === 200), `every press is answered (${answers})`);
  await page.goto(`${base}${order}/history`);
  const times = (await page.$$eval(".events li", (items) => items.map((item) => item.textContent))).filter((entry) => entry.includes("Order was canceled")).length;
  must(times === 1, `the order was canceled once, not ${times} times`);
  await context.close();
  done("sent the same form three times at once: canceled once");
}

async function keyboard() {
  const { context, page } = await open(browser);
  await page.goto(`${base}/login`);
  await page.keyboard.press("Tab");
  await page.keyboard.type(user);
  await page.keyboard.press("Tab");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/orders");
  await page.keyboard.press("Tab");
  must(await page.evaluate(() => document.activeElement.classList.contains("skip")), "the first stop is the link to the content");
  let found = false;
  for (let i = 0; i < 60 && !found; ++i) {
    await page.keyboard.press("Tab");
    found = await page.evaluate(() => document.activeElement.classList.contains("key-link"));
  }
  must(found, "the first order can be reached with Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/orders/*");
  must((await page.$$(".tabs a[aria-current]")).length === 1, "the order is open");
  await context.close();
  done("by keyboard alone: logged in and opened an order");
}

async function loggedOut() {
  const { context, page } = await open(browser);
  await logIn(page, base, user, password);
  const order = await capturedOrder(page, 1);
  await page.goto(`${base}${order}/act?act=cancel_order`);
  const other = await context.newPage();
  await other.goto(`${base}/account`);
  await other.click("form[action='/logout'] button");
  await page.click(".sheet form button");
  must((await text(page, "main")).includes("the form was not carried out"), "a form sent after the session ended says that nothing was done");
  await page.click("main a");
  await page.fill("#login", user);
  await page.fill("#password", password);
  await page.click("form button");
  must(page.url().endsWith(order), "after logging in the order is there again");
  must(!(await text(page, ".lead")).includes("Canceled"), "nothing happened to the order");
  await context.close();
  done("sent a form after logging out: nothing was done, and the login leads back to the order");
}

// Pause has the focus when news come that somebody else has paused the job: Resume is there now, and the key that was on its way must not press it.
async function pausedByAnother(context, address, whole) {
  const page = await context.newPage();
  await page.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body: whole }));   // as it was, for the job may be over by now
  await page.addInitScript(() => { window.EventSource = class extends EventTarget { constructor() { super(); window.news = this; } close() {} }; });
  await page.goto(address);
  await page.waitForFunction(() => window.news);
  const running = await page.evaluate(() => document.querySelector("#run").outerHTML);
  const told = (html) => page.evaluate((data) => window.news.dispatchEvent(new MessageEvent("part", { data })), html);
  await told(running);
  await page.focus("#run form[action$='/pause'] button");
  for (const what of ["Resume does not get the focus of Pause", "the part keeps it"]) {
    await told(running.replace("/pause", "/resume"));
    must(await page.evaluate(() => document.activeElement.id) === "run", what);
  }
  await page.close();
}

// The bar of a running bulk job moves without anybody loading the page.
async function liveBar() {
  const { context, page, complaints } = await open(browser);
  await logIn(page, base, user, password);
  await page.goto(await collected(page));
  const boxes = await page.$$("#orders tbody input[name=order]");
  for (const box of boxes.slice(0, 8)) await box.check();
  await page.click("#ticked button[value$=' refund']");
  const job = page.url().split("#")[0];
  for (const field of await page.$$(".sheet input[name^=total_]")) {
    const currency = (await field.getAttribute("name")).split("_")[1];
    const sums = await page.$$eval(".sheet table.sum .m", (all) => all.map((one) => one.textContent));
    await field.fill(sums.find((one) => one.includes(currency)).replace(/[^0-9.,]/g, ""));
  }
  await page.click(".sheet form button.btn-primary");
  await page.waitForSelector("#run[data-live]");
  const running = await page.content();
  await page.evaluate(() => {
    window.sameSheet = true;
    document.querySelector("#run form[action$='/pause'] button")?.focus();
  });
  const before = await page.getAttribute("#run progress", "value");
  await page.waitForFunction((old) => document.querySelector("#run progress")?.getAttribute("value") !== old, before, { timeout: 20000 });
  must(await page.evaluate(() => !document.querySelector("#run form[action$='/pause']") || document.activeElement.matches("form[action$='/pause'] button")), "Pause keeps the focus");
  // A job that is over is another page, loaded by itself; until then the bar moves in the same one.
  must(await page.evaluate(() => window.sameSheet === true || !document.querySelector("#run[data-live]")), "the bar moved without loading the page anew");
  must(page.url().split("#")[0] === job, "the address of the job stays");
  await pausedByAnother(context, job, running);
  must(complaints.length === 0, complaints.join("; "));
  await context.close();
  done("a running bulk job: its bar moved by itself");
}

let failed = false;
for (const step of [keyboard, withoutScript, ticked, tickedOrders, loggedOut, pressedTwice, liveBar]) {
  try { await step(); } catch (error) { console.log(`NOT ok  ${step.name}: ${error.message}`); failed = true; }
}
await browser.close();
process.exit(failed ? 1 : 0);
