// The use cases of product §2 and what belongs to them, by clicking in a real browser; after each the sandbox says what money moved.
// usage: node use_cases.mjs SHOP.json GROUP [CASE,…]     GROUP = en, ja (every role with a mouse), keys (keyboard alone), plain (no scripts); exit code 1 when something is wrong
import fs from "node:fs";
import { act, confirm, lineIcon, moved, openList, openOrder, openTab, orderIcon, plan, refund, row, sum, word } from "./acts.mjs";
import { connection, hand_cases, second_person, taskNoted } from "./hand_cases.mjs";
import { launch, logIn, open } from "./browser.mjs";
import { Keys, Mouse } from "./hands.mjs";
import { Shop, must, until } from "./shop.mjs";

const [, , file, group, only] = process.argv;
if (!group) { console.error("usage: node use_cases.mjs SHOP.json GROUP"); process.exit(2); }
const shop = new Shop(file);
const browser = await launch();
const expected = {};   // order → refunds in minor units at the end, checked once more by run.py when everything has settled
let failed = 0, passed = 0;

async function reader(one) {
  const { context, page, complaints } = await open(browser, { locale: one.locale, javaScript: one.way !== "plain" });
  page.setDefaultTimeout(20000);
  await logIn(page, shop.base, one.login, shop.people[one.login]);
  return { ...one, context, page, complaints, shop, hand: one.way === "keys" ? new Keys(page) : new Mouse(page) };
}

// -- the six ways ---------------------------------------------------------------------------------------------------------------------------
const ways = {
  async above(r, number) {
    must(await refund(r, number, "86.25", 8625) === 0, "nothing moves before the button is pressed");
    await moved(r, number, "refund", [8625]);
    await word(r, number, "refunded");
    return [8625];
  },
  async cancelOrder(r, number) {
    await orderIcon(r, number, "cancel");
    must(await plan(r, number, 7500) === 0, "nothing moves before the button is pressed");
    await confirm(r, number);
    await moved(r, number, "refund", [7500]);
    await word(r, number, "refunded");
    return [7500];
  },
  async cancelLine(r, number) {
    await lineIcon(r, number, "cancel");
    must(await plan(r, number, 2500) === 0, "nothing moves before the button is pressed");
    await confirm(r, number);
    await moved(r, number, "refund", [2500]);
    await word(r, number, "partly_refunded");
    await r.hand.go(".tabs a[href$='/products']");
    must(await r.page.locator("#lines tbody tr.gone").count() === 1, "the canceled line is kept, greyed");
    return [2500];
  },
  async deleteLine(r, number) {
    await lineIcon(r, number, "delete");
    must(await plan(r, number, 2500) === 0, "nothing moves before the button is pressed");
    await confirm(r, number);
    await moved(r, number, "refund", [2500]);
    await word(r, number, "partly_refunded");
    await r.hand.go(".tabs a[href$='/products']");
    must(await r.page.locator("#lines tbody tr").count() === 2, "the deleted line is gone");
    return [2500];
  },
  async deleteOrder(r, number) {
    await orderIcon(r, number, "delete");
    must(await plan(r, number, 7500) === 0, "nothing moves before the button is pressed");
    await confirm(r, number);
    await moved(r, number, "refund", [7500]);
    await openList(r, number);
    must(await r.page.locator(row(number)).count() === 0, "the deleted order is gone from the list");
    return [7500];
  },
};

// Way 6: the same four with automatic refunding off. Nothing moves, a task names the sum, the refund by hand goes out.
const byHand = {
  async manualCancelOrder(r, number) { await orderIcon(r, number, "cancel"); return 7500; },
  async manualCancelLine(r, number) { await lineIcon(r, number, "cancel"); return 2500; },
  async manualDeleteLine(r, number) { await lineIcon(r, number, "delete"); return 2500; },
  async manualDeleteOrder(r, number) { await orderIcon(r, number, "delete"); return 7500; },
};
for (const [name, press] of Object.entries(byHand)) ways[name] = async (r, number) => {
  const minor = await press(r, number);
  await plan(r, number, 0);
  await confirm(r, number);
  const deleted = name === "manualDeleteOrder";
  const task = async () => {
    if (deleted) await r.hand.go(".side a[href$='/tasks']"); else await openOrder(r, number);
    const tasks = await r.page.locator(".task").allTextContents();
    return tasks.some((one) => sum(minor).test(one) && (!deleted || one.includes(number)));
  };
  await until(task, `a task names what is due for ${number}`);
  await moved(r, number, "refund", []);
  // The order is deleted: its task stands on the page of tasks only. A sheet may come first.
  await r.hand.go(deleted ? `.task:has-text("${number}") form[action*='/refund'] button` : ".task form[action*='/refund/plan'] button");
  if (!deleted || await r.page.locator("#sheet").count()) {
    await plan(r, number, minor);
    await confirm(r, number);
  }
  await moved(r, number, "refund", [minor]);
  await until(async () => !(await task()), `the task of ${number} goes with the refund`);
  return [minor];
};

ways.taskNoted = taskNoted;

// -- what belongs to them -------------------------------------------------------------------------------------------------------------------
const further = {
  async capture(r, number) {
    await act(r, number, "capture", { minor: 7500, kind: "capture" });
    await moved(r, number, "capture", [7500]);
    await word(r, number, "captured");
    return [];
  },
  async capturePart(r, number) {
    await act(r, number, "capture", { amount: "20.00", minor: 2000, kind: "capture" });
    await moved(r, number, "capture", [2000]);
    await word(r, number, "captured");
    return [];
  },
  async release(r, number) {
    await act(r, number, "cancel_charge", { kind: "cancel" });
    await moved(r, number, "cancel", [7500]);
    return [];
  },
  async close(r, number) {
    await act(r, number, "close_permission");
    await until(async () => (await shop.control(`/objects/${shop.references[number]}`)).statusDetails.state === "Closed", "Amazon closes the charge permission");
    return [];
  },
  async drift(r, number) {
    await shop.control("/seller-central", { act: "refund", charge_permission_id: shop.references[number], amount: "20.00" });
    await until(async () => {
      await openOrder(r, number);
      if (await r.page.locator("form[action*='/take_over/plan']").count()) return true;
      await r.hand.go("form[action$='/refresh/run'] button");
      return false;
    }, "the page shows what this shop did not start");
    await r.hand.go("form[action*='/take_over/plan'] button");
    await plan(r, number, 2000);
    await confirm(r, number);
    await word(r, number, "partly_refunded");
    must(await r.page.locator("form[action*='/take_over/plan']").count() === 0, "the news is settled");
    return [2000];
  },
  async approval(r, number) {
    await refund(r, number, "600.00", 60000);
    must((await shop.moved(number, "refund")).length === 0, "nothing moves before the second person");
    const second = await secondPerson(r);
    await openOrder(second, number);
    await second.hand.go("form[action*='/approve/plan'] button");
    await plan(second, number, 60000);
    await confirm(second, number);
    await moved(r, number, "refund", [60000]);
    await word(second, number, "refunded");
    complain(second);
    await second.context.close();
    return [60000];
  },
  async bulk(r, number) {
    const other = number.replace("bulk", "bulk2");
    await openList(r, number);
    for (const one of [number, other]) await r.hand.tick(`${row(one)} input[name=order]`);
    await r.hand.go("#ticked button[value$=' refund']");
    must((await shop.moved(number, "refund")).length === 0, "a dry run moves nothing");
    await r.hand.write(".sheet input[name^=total_]", "150.00");
    await r.hand.go(".sheet form button");
    for (const one of [number, other]) await moved(r, one, "refund", [7500]);
    await result(r);
    expected[other] = [7500];
    return [7500];
  },
};

Object.assign(further, hand_cases, {
  async refuse(r, number) {
    const second = await secondPerson(r);
    const sent = await second_person.refuse(r, number, second);
    complain(second);
    await second.context.close();
    return sent;
  },
  async connection(r) {
    const admin = await reader({ ...r, login: "admin" });
    await connection(admin);
    complain(admin);
    await admin.context.close();
    return null;
  },
});
// The page of a running job is loaded anew by itself when the job is over (without scripts by its link). Whoever goes elsewhere at that very moment may be taken back, so
// it is waited for, as by a person.
async function result(r) {
  const last = ".steps li:last-child[aria-current]";
  if (r.way !== "plain") return r.page.locator(last).waitFor();
  await until(async () => {
    if (await r.page.locator(last).count()) return true;
    await r.hand.go("#run a[href^='?job=']");
    return false;
  }, "the job's page shows its result");
}
const secondPerson = (r) => reader({ ...r, login: r.login === "owner" ? "admin" : "owner", addresses: undefined });

function complain(r) {
  const real = r.complaints.filter((one) => !/status of (403|404|409|422)/.test(one));
  must(real.length === 0, real.join("; "));
}

// What the reader had before them when it went wrong.
const seen = (page) => page.evaluate(() => `on ${location.href}, the focus on ${document.activeElement?.outerHTML.slice(0, 120)}; it says: ${document.querySelector("main")?.innerText.slice(0, 600)}`)
  .then((text) => text.replace(/\s+/g, " "), (error) => error.message);

async function doAll(r, names, cases) {
  for (const name of names) {
    if (only && !only.split(",").includes(name)) continue;
    const number = `${r.prefix}${name}`;
    try {
      expected[number] = await cases[name](r, number);
      complain(r);
      passed += 1;
    } catch (error) {
      failed += 1;
      r.complaints.length = 0;
      console.log(`NOT ok  ${r.login} ${r.locale} ${r.way}: ${name}: ${error.message}\n        ${await seen(r.page)}`);
    }
  }
}

async function turn(setting) {
  const r = await reader({ login: "admin", locale: group.endsWith("ja") ? "ja" : "en", way: group === "keys" ? "keys" : "mouse", prefix: "" });
  await r.hand.go(".side a[href^='/settings']");
  for (const name of ["refund_order_cancel", "refund_order_delete", "refund_line_cancel", "refund_line_delete"]) await r.hand.tick(`[name=${name}][value=${setting}]`);
  await r.hand.go("form button[value=save]");
  await r.context.close();
}

const started = Date.now();
const readers = await Promise.all(shop.readers.filter((one) => one.group === group).map(reader));
for (const r of readers) {
  const lang = await r.page.evaluate(() => document.documentElement.lang);
  must(lang === r.locale, `the page is in ${lang}, not in ${r.locale}`);
}
const manual = [...Object.keys(byHand), "taskNoted"];
await Promise.all(readers.map((r) => doAll(r, r.cases.filter((name) => name in ways && !manual.includes(name)), ways)));
await Promise.all(readers.map((r) => doAll(r, r.cases.filter((name) => name in further), further)));
if (readers.some((r) => r.cases.some((name) => manual.includes(name)))) {
  await turn("manual");
  await Promise.all(readers.map((r) => doAll(r, r.cases.filter((name) => manual.includes(name)), ways)));
}
await browser.close();
fs.writeFileSync(shop.expected, JSON.stringify(expected));
console.log(`${group}: ${passed} use cases passed, ${failed} did not, ${((Date.now() - started) / 1000).toFixed(0)} s`);
process.exit(failed ? 1 : 0);
