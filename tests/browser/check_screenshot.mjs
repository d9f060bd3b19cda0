// A picture of the whole page: NAME-WIDTH-LOCALE[-dark].png in the folder run.py was told.
import path from "node:path";

// What sticks to the top belongs at the top; a sheet's address scrolls to it more than once.
const to_top = async () => {
  for (let i = 0; i < 5; ++i) {
    scrollTo({ top: 0, behavior: "instant" });
    await new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown)));
  }
};

export async function check(page, { name, way, shop }) {
  await page.evaluate(to_top);
  await page.screenshot({ path: path.join(shop.out, `${name}-${way.width}-${way.locale}${way.scheme === "dark" ? "-dark" : ""}.png`), fullPage: true, animations: "disabled" });
  return [];
}
