// axe-core, WCAG 2.1 A and AA.
import axe from "axe-core";

export async function check(page) {
  await page.evaluate(axe.source);
  const result = await page.evaluate(() => globalThis.axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }, resultTypes: ["violations"], preload: false }));
  return result.violations.map((violation) => `${violation.id}: ${violation.help}` +
    violation.nodes.slice(0, 3).map((node) => `\n        ${node.target.join(" ")}: ${node.failureSummary.split("\n").slice(1, 2).join("").trim()}`).join(""));
}
