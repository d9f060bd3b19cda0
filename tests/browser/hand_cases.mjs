// Acts beside the six ways that a person can do on the pages; use_cases.mjs runs them with the keyboard alone. What they need before stands in hand_cases.py.
import { confirm, moved, openOrder, orderIcon, plan, refund } from "./acts.mjs";
import { must, until } from "./shop.mjs";

const page_of = (id) => `.side a[href$='/${id}']`;
const taskOf = (number) => `.task:has-text("${number}")`;
const rowsOf = (r, number) => r.page.locator(taskOf(number)).count();

// The second person says no on the sheet: nothing moves, and nothing waits any more.
export const second_person = {
  async refuse(r, number, second) {
    await refund(r, number, "600.00", 60000);
    await openOrder(second, number);
    await second.hand.go("form[action*='/approve/plan'] button");
    await plan(second, number, 60000);
    await second.hand.write("#sheet [name=note]", "Already replaced");
    await second.hand.go("#sheet button[formaction*='/reject/']");
    await openOrder(second, number);
    must(await second.page.locator("form[action*='/approve/plan']").count() === 0, "nothing waits for the second person any more");
    await moved(r, number, "refund", []);
    return [];
  },
};

export const hand_cases = {
  // Sent long ago, the answer got lost: its refund id from Seller Central is entered and booked, and nothing is sent a second time.
  async uncertain(r, number) {
    await openOrder(r, number);
    await r.hand.go(".task form[action*='/settle_uncertain/plan'] button");
    await plan(r, number, 2000);
    const found = (await r.shop.control(`/movements?charge_permission_id=${r.shop.references[number]}`)).movements.find((one) => one.kind === "refund");
    await r.hand.write("#sheet [name=amazon_id]", found.refund_id);
    await confirm(r, number);
    await openOrder(r, number);
    must(await r.page.locator("form[action*='/settle_uncertain/plan']").count() === 0, "the question is answered");
    return [2000];
  },
  async orphanLink(r, number) {
    await r.hand.go(page_of("transactions"));
    await r.hand.go(`.task:has-text("${r.shop.orphans.link}") a[href*='do=link']`);
    await r.hand.write("#sheet [name=number]", number);
    await r.hand.go("#sheet form button");
    await r.hand.go("#sheet form[action$='/link_orphan'] button");
    await until(async () => { await openOrder(r, number); return await r.page.locator(".verdict-word").count() === 1; }, "the order shows its payment");
    return null;
  },
  async orphanClose(r) {
    await r.hand.go(page_of("transactions"));
    await r.hand.go(`.task:has-text("${r.shop.orphans.close}") a[href*='do=close']`);
    await r.hand.write("#sheet [name=note]", "no order");
    await r.hand.go("#sheet form[action$='/close_orphan'] button");
    await until(async () => (await r.shop.control(`/objects/${r.shop.orphans.close}`)).statusDetails.state === "Closed", "Amazon closes the orphan");
    return null;
  },
  // Started, paused, gone on and stopped while Amazon takes its time.
  async bulkHalt(r, number) {
    await r.shop.control("/faults", { kind: "drop_before", operation: "createRefund", count: 1000 });
    try {
      await r.page.goto(`${r.shop.base}/orders?q=${number}`, { waitUntil: "domcontentloaded" });
      for (const at of [0, 1]) await r.hand.tick(`#orders tbody tr:nth-child(${at + 1}) input[name=order]`);
      await r.hand.go("#ticked button[value$=' refund']");
      await r.hand.write(".sheet input[name^=total_]", "150.00");
      await r.hand.go(".sheet form button");
      await r.hand.go("#run form[action$='/pause'] button");
      await r.hand.go("#run form[action$='/resume'] button");
      await r.hand.press("#run details:has(form[action$='/stop']) summary");
      await r.hand.go("#run form[action$='/stop'] button");
      must(await r.page.locator("#run form").count() === 0, "a stopped job offers nothing more");
    } finally {
      await r.shop.control("/faults", null, "DELETE");
    }
    return null;   // what was sent before the stop goes on
  },
};

// With automatic refunding off: the task is taken, given back and closed with a reason; nothing moves.
export async function taskNoted(r, number) {
  await orderIcon(r, number, "cancel");
  await confirm(r, number);
  const go = async (target) => { await r.hand.go(page_of("tasks")); await r.hand.go(`${taskOf(number)} ${target}`); };
  await until(async () => { await r.hand.go(page_of("tasks")); return await rowsOf(r, number) === 1; }, "the inbox has the task");
  await go("form[action$='/take'] button");
  await go("form[action$='/give_back'] button");
  await r.hand.go(page_of("tasks"));
  await r.hand.press(`${taskOf(number)} details summary`);
  await r.hand.write(`${taskOf(number)} form[action$='/close'] [name=note]`, "The buyer keeps it");
  await r.hand.go(`${taskOf(number)} form[action$='/close'] button`);
  await r.hand.go(page_of("tasks"));
  must(await rowsOf(r, number) === 0, "the task is closed");
  await moved(r, number, "refund", []);
  return [];
}

// As an administrator: a key pair is made and thrown away, and the connection is tested.
export async function connection(r) {
  await r.hand.go(page_of("connection"));
  await r.hand.go("#next form[action$='/make_key'] button");
  await r.hand.go("#next form[action$='/drop_key'] button");
  await r.hand.go("#test form[action$='/test'] button");
  must(await r.page.locator("#test .is-stop").count() === 0, "the test is green");
}
