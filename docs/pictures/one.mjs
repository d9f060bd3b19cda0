// One picture of any running shop. usage: node one.mjs BASE USER PASSWORD ADDRESS FILE [SELECTOR] [WIDTH]
import { launch, logIn, open } from "../../tests/browser/browser.mjs";
import { crop } from "./crop.mjs";

const [, , base, user, password, address, file, selector = "main", width = "1180"] = process.argv;
const browser = await launch();
const { page } = await open(browser, { width: Number(width) });
await logIn(page, base, user, password);
await page.goto(base + address);
await crop(page, selector, file);
await browser.close();
