// Runs axe-core (WCAG 2.1 A and AA) on every page, at 1440 and 390 px, light and dark. usage: node axe.mjs BASE_URL USER PASSWORD   exit code 1 on a finding
import { AxeBuilder } from "@axe-core/playwright";
import { addresses, launch, logIn, open } from "./browser.mjs";

const [, , base, user, password] = process.argv;
if (!password) { console.error("usage: node axe.mjs BASE_URL USER PASSWORD"); process.exit(2); }
const browser = await launch();
let findings = 0, pages = 0;
for (const way of [{ width: 1440, scheme: "light", locale: "en" }, { width: 390, scheme: "dark", locale: "de" }]) {
  const { context, page, complaints } = await open(browser, way);
  await page.goto(`${base}/login`);
  const check = async (name) => {
    const result = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
    pages += 1;
    for (const violation of result.violations) {
      findings += 1;
      console.log(`${name} (${way.width} px, ${way.scheme}): ${violation.id}: ${violation.help}`);
      for (const node of violation.nodes.slice(0, 3)) console.log(`    ${node.target.join(" ")}: ${node.failureSummary.split("\n").slice(1, 2).join("").trim()}`);
    }
  };
  await check("login");
  await logIn(page, base, user, password);
  for (const [name, address] of await addresses(page, base)) {
    await page.goto(base + address);
    await check(name);
  }
  for (const complaint of complaints) if (!/status of (403|404|409|422)/.test(complaint)) { console.log(complaint); findings += 1; }
  await context.close();
}
await browser.close();
console.log(`${pages} pages checked, ${findings} findings`);
process.exit(findings ? 1 : 0);
