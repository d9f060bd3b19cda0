// Texts that want to be more than text: nothing ran, nothing became an element, everything is readable, no line is turned around, no page grew too wide.
export async function begin(page) {
  await page.addInitScript(() => { globalThis.ran = []; globalThis.alert = (text) => globalThis.ran.push(text); });
  page.on("dialog", (dialog) => dialog.dismiss());
}

const judge = ({ shows, marks }) => {
  const ancestors = function* (node) { for (let at = node.parentElement; at; at = at.parentElement) yield at; };
  const inline = (node) => [...node.childNodes].map((child) => child.nodeType === 3 ? child.data : child.nodeType === 1 && getComputedStyle(child).display.startsWith("inline") ? inline(child) : "").join(" ");
  const out = [];
  if (globalThis.ran.length) out.push(`a script ran: ${globalThis.ran}`);
  if (document.querySelector("img[src=x], svg[onload], b[title=poison], script:not([src]):not([type])")) out.push("a text became an element");
  const values = [...document.querySelectorAll("input, textarea, [title], [aria-label], [data-copy]")].map((node) => `${node.value ?? ""} ${node.title} ${node.getAttribute("aria-label")}`);
  const text = [document.body.textContent, document.title, ...values].join(" ").replace(/\s+/g, " ");
  for (const one of shows) if (!text.includes(one.replace(/\s+/g, " ").trim())) out.push(`not shown as text: ${one.slice(0, 60)}`);
  // A mark that turns the direction must end with the text it came in: its element is isolated, or holds nothing else.
  const walker = document.createTreeWalker(document.querySelector("main") ?? document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    if (!/[\u202a-\u202e]/.test(node.data) || node.parentElement.closest("textarea, pre, option, title, .visually-hidden")) continue;
    const block = [...ancestors(node)].find((one) => !getComputedStyle(one).display.startsWith("inline") || getComputedStyle(one).display === "inline-block");
    if ([...ancestors(node)].slice(0, [...ancestors(node)].indexOf(block)).some((one) => /isolate|plaintext/.test(getComputedStyle(one).unicodeBidi))) continue;
    if (block.closest("bdi")) continue;   // a block of its own that isolates, however it is laid out
    const open = inline(block).replace(/\u2068[\s\S]*?\u2069/g, "");   // without what Unicode's own isolates close in
    if (!/[\u202a-\u202e]/.test(open)) continue;
    const rest = marks.reduce((left, mark) => left.replaceAll(mark, ""), open).trim();
    if (rest !== "") out.push(`turns the rest of its line: ${block.tagName}.${block.className}: ${node.parentElement.outerHTML.replace(/\s+/g, " ").slice(0, 140)}`);
  }
  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (over > 0) {
    const guilty = [...document.querySelectorAll("main *")].filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1 && !one.closest(".tbl-wrap, pre"));
    out.push(`${over} px too wide: ${guilty.slice(0, 2).map((one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 100)).join(" ; ")}`);
  }
  return out;
};

export async function check(page, { shows = [], shop, complaints }) {
  const found = await page.evaluate(judge, { shows, marks: shop.marks });
  for (const one of complaints) if (/Content Security Policy/i.test(one)) found.push(`the content policy had to stop something: ${one}`);
  return found;
}
