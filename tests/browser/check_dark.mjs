// The same page dark and on a phone: only colours and what is shown differ, so only axe's rules about these are asked. Behind check_axe, which brings axe.
import { violations } from "./check_axe.mjs";

const colours = { type: "rule", values: ["color-contrast", "link-in-text-block"] };

export async function check(page, { way }) {
  await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });   // without motion the colours change at once
  await page.setViewportSize({ width: 390, height: 900 });
  const found = await violations(page, colours);
  await page.setViewportSize({ width: way.width, height: 900 });
  await page.emulateMedia({ colorScheme: way.scheme, reducedMotion: null });
  return found.map((one) => `dark, 390 px: ${one}`);
}
