// The keyboard alone: Tab comes to everything that can be used, in the order of the page, and one always sees where one is.
const record = () => {
  globalThis.visited = new Set();
  globalThis.unseen = [];
  const look = (node) => {
    const plain = getComputedStyle(node);
    return (plain.outlineStyle !== "none" && parseFloat(plain.outlineWidth) >= 1) || plain.boxShadow !== "none";
  };
  document.addEventListener("focusin", ({ target }) => {
    visited.add(target);
    const label = target.closest("label");
    if (!look(target) && !(label && look(label)) && target.tagName !== "BODY") unseen.push(target.outerHTML.slice(0, 120));
  });
};
const tabbable = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
const usable = (selector) => {
  const shown = (node) => node.checkVisibility({ checkVisibilityCSS: true }) && !node.disabled && node.getBoundingClientRect().width > 0 && node.tabIndex >= 0;
  const all = [...document.querySelectorAll(selector)].filter(shown);
  const radios = new Set();
  return all.filter((node) => {   // one stop for a group of radio buttons
    if (node.type !== "radio") return true;
    const group = `${node.name} ${node.form?.action}`;
    if (radios.has(group)) return false;
    radios.add(group);
    return true;
  });
};

export async function check(page, { address }) {
  const found = [];
  const sheet = await page.evaluate(() => document.getElementById("sheet") && location.hash === "#sheet" ? document.activeElement?.id === "sheet" : null);
  if (sheet === false) found.push("the sheet does not get the focus");
  await page.evaluate(() => { document.activeElement?.blur?.(); getSelection().removeAllRanges(); });
  if (address.includes("#")) await page.goto(page.url().split("#")[0]);   // from the top again
  await page.evaluate(record);
  const count = await page.evaluate(`(${usable})(${JSON.stringify(tabbable)}).length`);
  const parts = 3 * await page.locator("input[type=date], input[type=time], input[type=month], input[type=datetime-local]").count();   // day, month, year and calendar are stops of their own
  await Promise.all(Array.from({ length: count + parts + 3 }, () => page.keyboard.press("Tab")));   // held down
  found.push(...await page.evaluate(([selector, source]) => {
    const out = [];
    const all = (0, eval)(`(${source})`)(selector);
    const short = (node) => node.outerHTML.replace(/\s+/g, " ").slice(0, 120);
    for (const node of all) {
      const group = node.type === "radio" ? [...document.getElementsByName(node.name)] : [node];
      if (!group.some((one) => visited.has(one))) out.push(`Tab does not come to ${short(node)}`);
    }
    for (const text of new Set(unseen)) out.push(`the focus is not seen on ${text}`);
    for (const node of document.querySelectorAll("[tabindex]")) if (node.tabIndex > 0) out.push(`an order of its own: ${short(node)}`);
    const first = document.querySelector(".skip");
    if (document.querySelector(".shell") && all[0] !== first) out.push("the first stop is not the link to the content");
    const text = (id) => document.getElementById(id)?.textContent.trim();
    for (const node of document.querySelectorAll("[aria-disabled=true]")) {
      if (node.closest(".pager") || !node.checkVisibility()) continue;
      const why = node.title || node.getAttribute("aria-describedby")?.split(" ").map(text).join("") || node.parentElement.querySelector(".why, .quiet, .meta, .t2, .form-text")?.textContent.trim();
      if (node.tabIndex < 0) out.push(`Tab does not come to what cannot be used now: ${short(node)}`);
      if (!why) out.push(`no reason why this cannot be used: ${short(node)}`);
    }
    for (const node of document.querySelectorAll("[role=button]:not(button):not(summary), [role=checkbox]:not(input), [data-href]")) out.push(`not a control of the browser: ${short(node)}`);
    return out;
  }, [tabbable, usable.toString()]).catch((error) => [`keyboard: ${error.message}`]));
  return found;
}
