// The pictures of docs/, of a running demo shop. usage: node take.mjs BASE OUTDIR PASSWORDS.json [NAME…]     see take.py
// A picture shows the elements `of` names, cropped to what they hold, at most `high` pixels.
import { readFileSync } from "node:fs";
import { launch, logIn, open } from "../../tests/browser/browser.mjs";
import { crop } from "./crop.mjs";

const [, , base, out, passwords, ...only] = process.argv;
const people = JSON.parse(readFileSync(passwords, "utf8"));
const plugin = "/plugin/org.amazonpay.plugin";
const section = (heading) => `section.panel:has(h2:text-is("${heading}"))`;

const orderOf = (name, tab = "") => async (page) => {
  await page.goto(`${base}/orders?q=${encodeURIComponent(name)}`);
  if (page.url().includes("?q=")) await page.goto(base + await page.locator("#orders tbody a.key-link").first().getAttribute("href"));
  if (tab) await page.goto(page.url().split("#")[0] + tab);
};
const at = (address) => (page) => page.goto(base + address);

const pictures = [
  { name: "orders", who: "staff", go: at("/orders"), high: 515 },
  { name: "verdict", who: "staff", go: orderOf("Lena Thorvaldsen-Kühn"), of: section("Amazon Pay"), high: 420 },
  { name: "verdict-phone", who: "staff", go: orderOf("Zoë Müller-Lüdenscheidt"), of: section("Amazon Pay"), width: 390, high: 640 },
  { name: "lines", who: "staff", go: orderOf("Giuseppina", "/products"), high: 640, also: async (page) => {
    for (const box of (await page.$$("#lines input[name=line]")).slice(0, 2)) await box.check();
  } },
  { name: "cancel-plan", who: "staff", go: async (page) => {
    await orderOf("Giuseppina", "")(page);
    await page.goto(`${page.url().split("#")[0]}/act?act=cancel_order`);
  }, of: ".sheet", width: 760 },
  { name: "refund-form", who: "staff", go: orderOf("Giuseppina", `${plugin}`), of: "#refund", also: (page) => page.fill("#amount", "25,50") },
  { name: "refund-plan", who: "staff", go: orderOf("Giuseppina", `${plugin}`), of: ".sheet", width: 760, also: async (page) => {
    await page.fill("#amount", "25,50");
    await page.click("#refund-form button:not([type=button])");
    await page.waitForSelector(".sheet");
  } },
  { name: "tasks", who: "staff", go: at(`${plugin}/tasks`), high: 500 },
  { name: "task-on-order", who: "staff", go: orderOf("小林 彩"), of: `${section("Amazon Pay")} .part:has(h3:text-is("Open tasks"))` },
  { name: "ticks", who: "staff", go: at("/orders"), high: 420, also: async (page) => {
    for (const box of (await page.$$("#orders tbody input[type=checkbox]")).slice(0, 3)) await box.check();
  } },
  { name: "transactions", who: "staff", go: at(`${plugin}/transactions`), high: 560 },
  { name: "ship", who: "staff", go: orderOf("Zoë Müller-Lüdenscheidt", "/main"), of: "#ship" },
  { name: "account", who: "staff", go: at("/account"), high: 520 },
  { name: "refunds-setting", who: "admin", go: at("/settings"), of: "#refunds", high: 520 },
  { name: "second-person", who: "admin", go: at("/settings"), of: "#control", high: 560 },
  { name: "capture-setting", who: "admin", go: at("/settings"), of: "#capture" },
  { name: "keeping", who: "admin", go: at("/settings"), of: "#retention", high: 420 },
  { name: "orphans", who: "admin", go: at(`${plugin}/transactions`), of: "section.panel:has(#or)" },
  { name: "tokens", who: "owner", go: at("/tokens"), high: 560, also: async (page) => {
    await page.fill("#t-name", "Warehouse");
  } },
  { name: "approval", who: "admin", go: orderOf("Giuseppina"), of: `${section("Amazon Pay")} .part:has(h3:text-is("Open tasks"))` },
  { name: "bulk", who: "admin", go: at(`${plugin}/bulk`), high: 640, also: async (page) => {
    await page.goto(`${base}/orders?q=Giuseppina`);
    const number = (await page.locator("#orders tbody a.key-link").first().textContent()).trim();
    await page.goto(`${base}${plugin}/bulk`);
    await page.fill("textarea[name=rows]", `order,amount,currency,note\n${number},5.00,EUR,Delivered late\n2026-0,3.00,EUR,`);
    await page.locator("form[action$='/bulk/check'] button:not([type=button])").first().click();
    await page.waitForURL(/job=/);
  } },
  { name: "reports", who: "admin", go: at(`${plugin}/reports`), high: 640 },
  { name: "settlements", who: "admin", go: at(`${plugin}/reports?part=settlements`), high: 520 },
  { name: "notifications", who: "admin", go: at(`${plugin}/notifications`), high: 560 },
  { name: "health", who: "admin", go: at(`${plugin}/health`), high: 640 },
  { name: "queue", who: "admin", go: at("/queue"), high: 460 },
  { name: "roles", who: "owner", go: at("/roles"), high: 640 },
  { name: "audit", who: "owner", go: at("/audit"), high: 520 },
  { name: "connection", who: "owner", go: at(`${plugin}/connection`), high: 760 },
  { name: "plugins", who: "owner", go: at("/plugins"), of: "section:has(form[action='/plugins/upload'])" },
  { name: "go-live", who: "owner", go: at(`${plugin}/connection`), of: "#live", high: 420 },
  { name: "notification-address", who: "owner", go: at(`${plugin}/connection`), of: "#notifications" },
  { name: "next-key", who: "owner", go: at(`${plugin}/connection`), of: "#next", high: 460 },
];

const browser = await launch();
let failed = 0;
for (const one of pictures.filter((picture) => only.length === 0 || only.includes(picture.name))) {
  const { context, page } = await open(browser, { width: one.width ?? 1180 });
  try {
    await logIn(page, base, one.who, people[one.who]);
    await one.go(page);
    await one.also?.(page);
    await crop(page, one.of ?? "main", `${out}/${one.name}.png`, one.high);
    console.log(`${one.name}.png`);
  } catch (error) { failed += 1; console.log(`NOT ok  ${one.name}: ${error.message.split("\n")[0]}`); }
  await context.close();
}
await browser.close();
process.exit(failed ? 1 : 0);
