// Pictures for docs/: one page, cropped to what matters. usage: node take.mjs BASE USER PASSWORD ADDRESS FILE [SELECTOR] [WIDTH]
import { launch, logIn, open } from "../browser/browser.mjs";

const [, , base, user, password, address, file, selector = "main", width = "1280"] = process.argv;
const browser = await launch();
const { page } = await open(browser, { width: Number(width) });
await logIn(page, base, user, password);
await page.goto(base + address);
await page.locator(selector).first().screenshot({ path: file });
await browser.close();
