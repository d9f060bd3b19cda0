// A picture of the whole page: NAME-WIDTH-LOCALE[-dark].png in the folder run.py was told.
import path from "node:path";

export async function check(page, { name, way, shop }) {
  await page.evaluate(() => scrollTo(0, 0));   // what sticks to the top belongs at the top
  await page.screenshot({ path: path.join(shop.out, `${name}-${way.width}-${way.locale}${way.scheme === "dark" ? "-dark" : ""}.png`), fullPage: true, animations: "disabled" });
  return [];
}
