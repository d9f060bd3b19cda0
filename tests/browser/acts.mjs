// What staff do, as clicks: every function works with a mouse or the keyboard, with or without scripts, in any language. Things are found by their
// place, name or address, never by their words. A reader = { page, hand, shop, prefix }.
import { must, until } from "./shop.mjs";

// A sum as any language writes it: 8625 → 86.25 or 86,25, never as part of a longer number.
export const sum = (minor) => new RegExp(`(?<![\\d.,])${Math.floor(minor / 100)}[.,]${String(minor % 100).padStart(2, "0")}(?!\\d)`);
const text = async (reader, target) => (await reader.page.locator(target).allTextContents()).join(" ");
export const row = (number) => `#orders tbody tr:has(a.key-link bdi:text-is("${number}"))`;

// The rows of one order and of those that begin alike; the whole number would lead straight to the order.
export async function openList(reader, number) {
  await reader.page.goto(`${reader.shop.base}/orders?q=${number.slice(0, -1)}`, { waitUntil: "domcontentloaded" });
}

// The first time through the list, then by its address, as from a bookmark.
export async function openOrder(reader, number) {
  reader.addresses ??= {};
  if (reader.addresses[number]) return reader.page.goto(reader.addresses[number], { waitUntil: "domcontentloaded" });
  await openList(reader, number);
  await reader.hand.go(`${row(number)} a.key-link`);
  reader.addresses[number] = reader.page.url();
}

export async function openTab(reader, number) {
  await openOrder(reader, number);
  await reader.hand.go(".tabs a[href*='/plugin/']");
}

// Verified before anything is confirmed: the plan names the sum, and Amazon was not asked for anything.
export async function plan(reader, number, minor, kind = "refund") {
  const sheet = await text(reader, "#sheet");
  must(sheet !== "", `a sheet with the plan is shown for ${number}; the page says: ${(await text(reader, "main")).replace(/\s+/g, " ").slice(0, 600)}`);
  if (minor) must(sum(minor).test(sheet), `the plan for ${number} names ${minor}: ${sheet.replace(/\s+/g, " ")}`);
  return (await reader.shop.moved(number, kind)).length;
}

export async function confirm(reader, number) {
  if (await reader.page.locator("#sheet [name=confirmed_number]").count()) await reader.hand.write("#sheet [name=confirmed_number]", number);
  await reader.hand.go("#sheet form button:not([formaction])");
  const alarm = await text(reader, "#sheet [role=alert], .strip.is-stop[role=alert]");
  must(alarm === "", `${number}: the act was refused: ${alarm.replace(/\s+/g, " ")}`);
}

async function labels(reader) {
  await openList(reader, reader.prefix);
  return Object.fromEntries(await reader.page.$$eval("#word option", (all) => all.map((one) => [one.value, one.textContent.trim()])));
}

// Reads Amazon anew until Overview shows this word; the wording comes from the list's own filter, so it is right in every language.
export async function word(reader, number, id) {
  const words = reader.words ??= await labels(reader);
  const wanted = words[id];
  await openOrder(reader, number);
  await until(async () => {
    const shown = (await reader.page.locator(".verdict-word").first().evaluate((node) => [...node.childNodes].filter((child) => child.nodeType === 3).map((child) => child.data).join(""))).trim();
    if (shown === wanted) return true;
    await reader.hand.go("form[action$='/refresh/run'] button");
    if (reader.page.url() !== reader.addresses[number]) await openOrder(reader, number);
    throw new Error(`it says ${shown}`);
  }, `${number} shows “${wanted}” on Overview`);
}

export async function moved(reader, number, kind, amounts) {
  let found;
  await until(async () => {
    found = await reader.shop.moved(number, kind);
    if (JSON.stringify(found) !== JSON.stringify(amounts)) throw new Error(`the sandbox has ${JSON.stringify(found)}`);
    return true;
  }, `the sandbox moves ${kind} ${JSON.stringify(amounts)} for ${number}`);
}

// -- the acts of the host -------------------------------------------------------------------------------------------------------------------
export async function orderIcon(reader, number, act) {
  await openList(reader, number);
  await reader.hand.go(`${row(number)} a[href*='act=${act}_order']`);
}
export async function lineIcon(reader, number, act) {
  await openOrder(reader, number);
  await reader.hand.go(".tabs a[href$='/products']");
  await reader.hand.go(`#lines button[value^='${act}_lines:']`);
}

// -- the acts of the plugin -----------------------------------------------------------------------------------------------------------------
export async function refund(reader, number, typed, minor) {
  await openTab(reader, number);
  const form = "#refund form[action*='/refund/plan']";
  await reader.hand.tick(`${form} [name=kind][value=amount]`);
  await reader.hand.write(`${form} input[name=amount]`, typed);
  await reader.hand.choose(`${form} select[name=reason]`, "goodwill");
  await reader.hand.go(`${form} button:not([type=button]):not([name])`);
  const before = await plan(reader, number, minor);
  await confirm(reader, number);
  return before;
}
export async function act(reader, number, id, { amount = "", minor = 0, kind = "refund" } = {}) {
  await openTab(reader, number);
  const form = `.act-list form[action*='/${id}/plan']`;
  if (amount) await reader.hand.write(`${form} input:not([type=hidden])`, amount);
  await reader.hand.go(`${form} button`);
  const before = await plan(reader, number, minor, kind);
  await confirm(reader, number);
  return before;
}
