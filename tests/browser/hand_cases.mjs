// Acts beside the six ways that a person can do on the pages; use_cases.mjs runs them with the keyboard alone. What they need before stands in hand_cases.py.
import { confirm, moved, openList, openOrder, openTab, orderIcon, plan, refund } from "./acts.mjs";
import { must, until } from "./shop.mjs";

const page_of = (id) => `.side a[href$='/${id}']`;
const taskOf = (number) => `.task:has-text("${number}")`;
const refunds = async (r, number) => (await r.shop.control(`/movements?charge_permission_id=${r.shop.references[number]}`)).movements.filter((one) => one.kind === "refund");
const rowsOf = (r, number) => r.page.locator(taskOf(number)).count();

// The sheet that asks what became of an old try, until it is answered.
async function answer(r, number, how) {
  const asks = "form[action*='/settle_uncertain/plan'] button";
  await openOrder(r, number);
  await r.hand.go(`.task ${asks}`);
  await plan(r, number, 2000);
  await how();
  await openOrder(r, number);
  must(await r.page.locator(asks).count() === 0, "the question is answered");
}

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
    const [found] = await refunds(r, number);
    await answer(r, number, async () => { await r.hand.write("#sheet [name=amazon_id]", found.refund_id); await confirm(r, number); });
    return [2000];
  },
  // What Amazon shows is somebody else's refund of the same sum: this shop's own is sent now, once.
  async sendAgain(r, number) {
    await answer(r, number, () => r.hand.go("#sheet button[formaction*='/send_again/']"));
    await moved(r, number, "refund", [2000, 2000]);
    const by = (await refunds(r, number)).map((one) => one.by).join();
    must(by === "seller_central,api", `one refund was made there, then one here, not ${by}`);
    return [2000, 2000];
  },
  // Won: nothing changes. Another one is lost: what it took is gone from what can be given back. No money moves by it.
  async dispute(r, number) {
    for (const [took, left] of [["", 7500], ["5.00", 7000]]) {
      await r.shop.control("/seller-central", { act: "dispute", charge_permission_id: r.shop.references[number] });
      const asks = "form[action*='/close_dispute/plan'] button";
      await until(async () => { await openOrder(r, number); return await r.page.locator(asks).count() > 0; }, "the order asks how the dispute ended");
      await r.hand.go(asks);
      await plan(r, number, 0);
      if (took) await r.hand.write("#sheet [name=amount]", took);
      if (took) await confirm(r, number); else await r.hand.go("#sheet button[formaction*='/dispute_won/']");
      await openTab(r, number);
      must(await r.page.locator(asks).count() === 0, "the question is answered");
      const held = await r.page.locator("[data-amounts]").first().getAttribute("data-held");
      must(Number(held) === left, `${left} can be given back after the dispute, not ${held}`);
    }
    await moved(r, number, "refund", []);
    return [];
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
  // Set aside with a reason: gone from the list, and untouched at Amazon.
  async orphanIgnore(r) {
    const id = r.shop.orphans.ignore, listed = () => r.page.locator(`.task:has-text("${id}")`).count();
    await r.hand.go(page_of("transactions"));
    await r.hand.go(`.task:has-text("${id}") a[href*='do=ignore']`);
    await r.hand.write("#sheet [name=note]", "a test of the other shop");
    await r.hand.go("#sheet form[action$='/ignore_orphan'] button");
    await r.hand.go(page_of("transactions"));
    must(await listed() === 0, "the payment is not listed any more");
    const { state } = (await r.shop.control(`/objects/${id}`)).statusDetails;
    must(state !== "Closed" && state !== "Canceled", `nothing happens to it at Amazon; it is ${state}`);
    return null;
  },
  // Started, paused, gone on and stopped while Amazon takes its time. Its page is left before Amazon answers, for it is loaded anew then: see result().
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
      await openList(r, number);
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

// As an administrator: a key pair is made here and thrown away, another takes the place of the one in use; the live keys are pasted, the shop goes live and back.
export async function connection(r) {
  const { hand, page, shop } = r;
  await r.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const amazon = await r.context.newPage();
  const there = new hand.constructor(amazon);
  const stored = async (id) => {
    await hand.go(page_of("connection"));
    must(await page.inputValue("#public_key_id") === id, `the stored key is ${id}, not ${await page.inputValue("#public_key_id")}`);
    await hand.go("#test form[action$='/test'] button");
    must(await page.locator("#test .is-stop").count() === 0 && await page.locator("#test .limit.is-good").count() > 0, "the test is green");
  };

  await hand.go(page_of("connection"));
  await hand.go("#next form[action$='/make_key'] button");
  await hand.go("#next form[action$='/drop_key'] button");
  await hand.go("#next form[action$='/make_key'] button");
  await hand.press("#next [data-copy]");
  await until(() => page.evaluate(() => document.getElementById("said").textContent.startsWith(document.body.dataset.copied)), "the page says that the key is copied");
  await amazon.goto(shop.integration);
  await there.paste(`form[action$='${shop.merchant}/public-key'] textarea`);
  await there.go(`form[action$='${shop.merchant}/public-key'] button`);
  const id = await amazon.textContent("#public-key-id");
  await page.bringToFront();
  await hand.write("#next-id", id);
  await hand.go("#next form[action$='/try_next'] button");
  await hand.go("#next form[action$='/switch_key'] button");
  await stored(id);

  await amazon.goto(shop.integration);
  await there.choose(`form[action$='${shop.merchant}/keys'] select`, "Live");
  await there.go(`form[action$='${shop.merchant}/keys'] button`);
  await there.copy("#json");
  const live = await amazon.textContent("#public-key-id");
  await page.bringToFront();
  await hand.press("#account details:has(#json) summary");
  await hand.paste("#json");
  await hand.go("#account details:has(#json) button");
  await stored(id);   // it rests until somebody goes live
  for (const name of ["capture", "limits", "people"]) await hand.tick(`#live [name=${name}]`);
  await hand.write("#live [name=word]", "LIVE");
  await hand.go("#live form[action$='/go_live'] button");
  await stored(live);
  await hand.write("#live [name=word]", "SANDBOX");
  await hand.go("#live form[action$='/go_sandbox'] button");
  await stored(id);
}
