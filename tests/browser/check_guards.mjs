// What holds for every page: own weight, nothing inline, no other host, content policy, no jumping while it loads, language, heading, title, every width.
const own_bytes_max = 100_000;
const shift_max = 0.02;
const widths = [390, 720, 768, 1216, 1440, 1920];   // 720 = 1440 at 200 % zoom
const libraries = /bootstrap|chart(\.umd)?(\.min)?\.js/;
const seen = new WeakMap();

export async function begin(page, base) {
  const state = { foreign: [], sizes: new Map(), used: [] };
  seen.set(page, state);
  await page.addInitScript(() => {
    globalThis.shifted = 0;
    globalThis.jumped = [];
    const name = ({ node, previousRect, currentRect }) => `${node?.nodeName.toLowerCase() ?? "?"}.${node?.className ?? ""} from ${previousRect.y | 0} (${previousRect.height | 0} high) to ${currentRect.y | 0} (${currentRect.height | 0})`;
    const note = (entry) => { globalThis.shifted += entry.value; globalThis.jumped.push(...entry.sources.map(name)); };
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) note(entry); }).observe({ type: "layout-shift", buffered: true });
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== base && url.protocol !== "data:" && url.protocol !== "blob:") state.foreign.push(request.url());
    state.used.push(request.url());
  });
  page.on("response", async (response) => {
    if (/\.(css|js)(\?|$)/.test(response.url()) && !state.sizes.has(response.url())) {
      state.sizes.set(response.url(), 0);
      try { state.sizes.set(response.url(), (await response.body()).length); } catch { state.sizes.delete(response.url()); }
    }
  });
}

const inline = (html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const found = [];
  for (const node of parsed.querySelectorAll("script:not([src]), style, [style]")) found.push(`inline ${node.tagName.toLowerCase()} or style`);
  for (const node of parsed.querySelectorAll("*")) for (const attribute of node.attributes) if (attribute.name.startsWith("on")) found.push(`handler ${attribute.name}`);
  for (const node of parsed.querySelectorAll("[href^='javascript:']")) found.push(`script address on ${node.tagName}`);
  return found;
};

const facts = () => ({
  shifted: globalThis.shifted, jumped: globalThis.jumped.slice(0, 3).join("; "), lang: document.documentElement.lang, h1: document.querySelectorAll("h1").length, title: document.title.trim(),
  ids: [...document.querySelectorAll("[id]")].map((node) => node.id).filter((id, at, all) => all.indexOf(id) !== at),
  moving: document.getAnimations().length,
  scripts: [...document.scripts, ...document.querySelectorAll("link[rel=stylesheet]")].map((node) => node.src || node.href).filter(Boolean),
});
const wide = () => {
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over <= 0) return null;
  const guilty = [...document.querySelectorAll("body *")].filter((node) => node.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !node.closest(".tbl-wrap, pre"));
  return `${over} px too wide (${guilty.slice(0, 3).map((node) => node.tagName.toLowerCase() + (node.className && typeof node.className === "string" ? "." + node.className.replaceAll(" ", ".") : "")).join(", ")})`;
};
// Paper: the page without what can be pressed, black on white.
const printed = () => {
  const shown = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && node.getBoundingClientRect().height > 0;
  const found = [];
  for (const selector of [".side", ".top", ".tabs", "main button", "main .btn", "main input:not([type=hidden])", ".skip", ".bulkbar"])
    if ([...document.querySelectorAll(selector)].some(shown)) found.push(`${selector} is printed`);
  const luminance = (colour) => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number); return (r + g + b) / 3; };
  const body = getComputedStyle(document.body);
  if (luminance(body.color) > 90) found.push(`printed in ${body.color}`);
  if (!/rgba\(0, 0, 0, 0\)/.test(body.backgroundColor) && luminance(body.backgroundColor) < 250) found.push(`printed on ${body.backgroundColor}`);
  return found;
};

export async function check(page, { answer, base, way, name, address }) {
  const found = [];
  const state = seen.get(page);
  const headers = answer.headers();
  const policy = headers["content-security-policy"] ?? "";
  if (!/default-src 'none'/.test(policy) || /unsafe-inline|unsafe-eval|\*/.test(policy)) found.push(`content policy: “${policy}”`);
  if (headers["x-content-type-options"] !== "nosniff") found.push("no X-Content-Type-Options");
  const html = await answer.text();
  found.push(...await page.evaluate(inline, html));
  const facts_now = await page.evaluate(facts);
  // On a busy machine the first paint may come in the middle of the page: what jumps for good jumps again.
  for (let again = 0; again < 2 && facts_now.shifted > shift_max; ++again) {
    await page.reload();
    const next = await page.evaluate(facts);
    if (next.shifted < facts_now.shifted) Object.assign(facts_now, { shifted: next.shifted, jumped: next.jumped });
  }
  if (facts_now.shifted > shift_max) found.push(`jumped by ${facts_now.shifted.toFixed(3)} while loading: ${facts_now.jumped}`);
  if (facts_now.lang !== way.locale) found.push(`says lang=${facts_now.lang}`);
  if (facts_now.h1 !== 1) found.push(`${facts_now.h1} level one headings`);
  if (!facts_now.title || /^[–-]/.test(facts_now.title)) found.push(`title “${facts_now.title}”`);
  if (facts_now.ids.length) found.push(`the same id twice: ${[...new Set(facts_now.ids)].join(", ")}`);
  let bytes = Buffer.byteLength(html);
  for (const url of facts_now.scripts) if (!libraries.test(url)) bytes += state.sizes.get(url) ?? 0;
  if (bytes > own_bytes_max) found.push(`weighs ${bytes} bytes of own HTML, CSS and JS`);
  for (const url of state.foreign.splice(0)) found.push(`asks another host: ${url}`);
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(wide);
    if (over) found.push(`at ${width} px ${over}`);
  }
  await page.setViewportSize({ width: way.width, height: 900 });
  await page.emulateMedia({ reducedMotion: "reduce" });
  const moves = await page.evaluate(() => [...document.querySelectorAll("body *")].some((node) => /[1-9]/.test(getComputedStyle(node).transitionDuration.replaceAll("0.01ms", "").replaceAll("1e-05s", "")) || getComputedStyle(node).animationName !== "none"));
  if (moves) found.push("something moves although less motion is wished");
  await page.emulateMedia({ reducedMotion: null });
  if (/^\/orders\/[^/?]+(\?|$)/.test(address) && answer.status() === 200) {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    found.push(...await page.evaluate(printed));
    await page.emulateMedia({ media: "screen", colorScheme: way.scheme });
  }
  return found;
}
