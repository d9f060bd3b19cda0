// A real Chromium that is logged in; used by screenshots.mjs and walk.mjs. Everything the content policy or the page complains about is collected.
import { chromium } from "playwright-core";

export const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium-headless-shell";

export async function launch() {
  return chromium.launch({
    executablePath: chromiumPath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export async function open(browser, { width = 1440, height = 900, locale = "en", scheme = "light", javaScript = true } = {}) {
  const context = await browser.newContext({
    viewport: { width, height }, locale: { de: "de-DE", ja: "ja-JP", fr: "fr-FR", it: "it-IT", es: "es-ES" }[locale] ?? "en-GB", colorScheme: scheme, ignoreHTTPSErrors: true, javaScriptEnabled: javaScript,
  });
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.message}`));
  return { context, page, complaints };
}

export async function logIn(page, base, user, password) {
  await page.goto(`${base}/login`);
  await page.fill("#login", user);
  await page.fill("#password", password);
  await page.click("form button");
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
}

// The addresses of everything a reader can see, found by following the shop's own links: [name, address].
export async function addresses(page, base) {
  await page.goto(`${base}/orders`);
  const rows = await page.$$eval("#orders tbody tr", (all) => all.map((row) => ({
    href: row.querySelector("a.key-link").getAttribute("href"),
    word: row.querySelector(".word")?.textContent.trim() ?? "",
    busy: row.querySelectorAll(".tag").length, gone: row.querySelector(".a-acts a")?.getAttribute("aria-disabled") === "true",
  })));
  const found = [["orders", "/orders"], ["orders-problems", "/orders?folder=problems"], ["orders-empty", "/orders?q=nobody-at-all"]];
  if (rows.length === 0) return found;
  const main = rows.find((row) => row.busy > 0) ?? rows[0];
  const lively = rows.find((row) => /captured|eingezogen/i.test(row.word) && !row.gone) ?? main;
  const other = rows.find((row) => row.word === "");
  for (const tab of ["", "/main", "/addresses", "/products", "/history"]) found.push([`order${tab.replace("/", "-") || "-overview"}`, main.href + tab]);
  if (other) found.push(["order-other-method", other.href]);
  for (const row of rows) {
    const name = `word-${row.word.toLowerCase().replace(/[^a-zäöü]+/g, "-")}`;
    if (row.word && !found.some(([known]) => known === name)) found.push([name, row.href]);
  }
  await page.goto(base + main.href);
  const tab = await page.$$eval(".tabs a", (all) => all.map((a) => a.getAttribute("href")).find((href) => href.includes("/plugin/")));
  if (tab) found.push(["order-payment", tab], ["order-refund-sheet", `${lively.href}/plugin/${tab.split("/").pop()}/refund/plan?kind=rest&reason=goodwill#sheet`]);
  await page.goto(`${base}${lively.href}/products`);
  const line = await page.$$eval("#lines input[name=line]", (all) => all[0]?.value);
  if (line) found.push(["sheet-cancel-line", `${lively.href}/act?act=cancel_lines&line=${line}#sheet`], ["sheet-delete-line", `${lively.href}/act?act=delete_lines&line=${line}#sheet`]);
  found.push(["sheet-cancel-order", `${lively.href}/act?act=cancel_order#sheet`], ["sheet-delete-order", `${lively.href}/act?act=delete_order#sheet`], ["sheet-ship", `${lively.href}/act?act=ship&carrier=DHL&tracking_number=0034&x=#sheet`]);
  const menu = await page.$$eval(".side a", (all) => all.map((a) => a.getAttribute("href")).filter((href) => href.startsWith("/") && href !== "/orders"));
  for (const href of menu) found.push([href.slice(1).replace(/[^a-z]+/gi, "-"), href]);
  found.push(["not-found", "/orders/no-such-order"]);
  return found;
}
