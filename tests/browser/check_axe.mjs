// axe-core, WCAG 2.1 A and AA.
import axe from "axe-core";

const everything = { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] };

export async function violations(page, rules) {
  const result = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly, resultTypes: ["violations"], preload: false }), rules);
  return result.violations.map((violation) => `${violation.id}: ${violation.help}` +
    violation.nodes.slice(0, 3).map((node) => `\n        ${node.target.join(" ")}: ${node.failureSummary.split("\n").slice(1, 2).join("").trim()}`).join(""));
}

export async function check(page) {
  await page.evaluate(axe.source);
  return violations(page, everything);
}
