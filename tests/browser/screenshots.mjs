// Takes every page at 1440 and 390 px, in English and German, and (at 1440 px, English) in the dark theme.
// usage: node screenshots.mjs BASE_URL USER PASSWORD OUTDIR [--only NAME]     exit code 1 when a page complained (content policy, script error)
import fs from "node:fs";
import path from "node:path";
import { addresses, launch, logIn, open } from "./browser.mjs";

const [, , base, user, password, out, flag, only] = process.argv;
if (!out) { console.error("usage: node screenshots.mjs BASE_URL USER PASSWORD OUTDIR [--only NAME]"); process.exit(2); }
fs.mkdirSync(out, { recursive: true });
const browser = await launch();
const ways = [];
for (const locale of ["en", "de"]) for (const width of [1440, 390]) ways.push({ locale, width, scheme: "light" });
ways.push({ locale: "en", width: 1440, scheme: "dark" });
let bad = 0;
for (const way of ways) {
  const { context, page, complaints } = await open(browser, way);
  const file = (name) => path.join(out, `${name}-${way.width}-${way.locale}${way.scheme === "dark" ? "-dark" : ""}.png`);
  await page.goto(`${base}/login`);
  await page.screenshot({ path: file("login"), fullPage: true });
  await logIn(page, base, user, password);
  for (const [name, address] of await addresses(page, base)) {
    if (flag === "--only" && !name.includes(only)) continue;
    await page.goto(base + address.replace("#sheet", ""));
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: file(name), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 0) { console.log(`${name} at ${way.width} px (${way.locale}) is ${wide} px too wide`); bad += 1; }
  }
  for (const complaint of complaints) if (!/status of (403|404|409|422)/.test(complaint)) { console.log(complaint); bad += 1; }
  await context.close();
}
await browser.close();
process.exit(bad ? 1 : 0);
