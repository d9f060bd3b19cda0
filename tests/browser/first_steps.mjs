// A new person's path: an owner who has never seen the shop connects it with the keys Seller Central gives, sees the live test green and gives the first
// money back, until it is settled. Everything is done by clicking; each click after the login counts, also those at Amazon's side.
// usage: node first_steps.mjs FILE     FILE describes the shop (run.py); exit code 1 when something is wrong, or too many clicks or too much time
import { launch, logIn, open } from "./browser.mjs";
import { Shop, must, until } from "./shop.mjs";

const clicks_max = 12, minutes_max = 10;
const shop = new Shop(process.argv[2]);
const browser = await launch();
const { context, page, complaints } = await open(browser);
let clicks = 0;
const click = async (where, target, what, leads = true) => {
  const press = where.locator(target).first().click();
  await (leads ? Promise.all([where.waitForEvent("domcontentloaded", { timeout: 20000 }), press]) : press);
  clicks += 1;
  console.log(`ok  click ${clicks}: ${what}`);
};
const says = async (words) => (await page.textContent("main")).includes(words);

async function connect() {
  await click(page, ".side a[href$='/connection']", "Connection, in the menu");
  const central = await context.newPage();
  await central.goto(shop.integration);   // the address ./run --unconnected prints
  await click(central, "form[action$='/keys'] button", "Make keys and show them as JSON, at Amazon");
  await click(central, "#json", "into the JSON, to copy it", false);
  const json = await central.inputValue("#json");
  await central.close();
  await click(page, "#json", "into the field for the JSON, to paste it", false);
  await page.locator("#json").fill(json);
  await click(page, "details:has(#json) button", "Store and test");
  must(await says("Amazon accepts these keys"), `the live test is green: ${await page.textContent("main")}`);
  must((await page.$$("#account .limit.is-stop, #keys .limit.is-stop, #test .limit.is-stop")).length === 0, "no field needs anybody");
  const secret = JSON.parse(json).private_key.split("\n")[3];
  must(!(await page.content()).includes(secret), "the private key is not shown again");
}

async function giveBack() {
  await click(page, ".side a[href='/orders']", "Orders, in the menu");
  const row = "#orders tbody tr:has(.word:text-is('Captured'))";
  await until(async () => { await page.reload(); return page.$(row); }, "a captured order is in the list");
  await click(page, `${row} a.key-link`, "the first captured order");
  const address = page.url();
  await click(page, ".tabs a[href*='/plugin/']", "Amazon Pay, the tab");
  if (!(await page.isChecked("form[data-refund] [name=kind][value=rest]"))) await click(page, "form[data-refund] [name=kind][value=rest]", "the rest", false);
  await click(page, "form[data-refund] button:not([type=button])", "Check refund");
  must(await page.isVisible("#sheet form button:not([formaction])"), `the sheet shows the plan: ${(await page.textContent("main")).replace(/\s+/g, " ").slice(0, 600)}`);
  await click(page, "#sheet form button:not([formaction])", "Refund, on the sheet");
  await page.goto(address);
  await until(async () => { await page.reload(); return (await page.textContent(".verdict-word")).trim().startsWith("Refunded"); }, "the refund is settled and the order says so", 90);
}

const begin_ms = Date.now();
let failed = false;
try {
  await logIn(page, shop.base, "owner", shop.people.owner);
  clicks = 0;
  await connect();
  await giveBack();
  const seconds = Math.round((Date.now() - begin_ms) / 1000);
  console.log(`first refund settled after ${clicks} clicks (at most ${clicks_max}) and ${seconds} s (at most ${minutes_max * 60})`);
  must(clicks <= clicks_max, `${clicks} clicks are too many`);
  must(seconds <= minutes_max * 60, `${seconds} s are too long`);
  must(complaints.length === 0, complaints.join("; "));
} catch (error) {
  console.log(`NOT ok  ${error.message}`);
  failed = true;
}
await browser.close();
process.exit(failed ? 1 : 0);
