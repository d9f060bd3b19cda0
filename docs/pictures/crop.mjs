// A picture of one element, cropped to what it holds; at most `high` pixels.
export async function crop(page, selector, file, high = 900) {
  await page.evaluate(() => document.activeElement?.blur());
  const element = page.locator(selector).first();
  await element.waitFor();
  const clip = await element.evaluate((node) => {
    const of = node.getBoundingClientRect();
    const last = Math.max(...[...node.children].map((child) => child.getBoundingClientRect().bottom));
    return { x: of.x + scrollX, y: of.y + scrollY, width: of.width, height: Math.min(of.bottom, last + 8) - of.y };
  });
  clip.height = Math.ceil(Math.min(clip.height, high));
  await page.screenshot({ path: file, clip, fullPage: true });
}
