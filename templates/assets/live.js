// <section id="run" data-live data-say="Running">: the server says when this part of a plugin's page changed, and it is put in place, until it no longer says
// data-live; then the page is loaded anew. Not in a hidden tab, not where less motion is wished (the page has a link for it), and not for longer than 15 minutes
// after the last key or touch. What is being typed, opened or marked stays; the news waits.
"use strict";
(() => {
  const living = () => document.querySelectorAll("[data-live][id]");
  if (living().length === 0 || !location.pathname.startsWith("/plugin/") || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const patience = 15 * 60 * 1000, again = 5000, on_the_way = 10000;
  const waiting = new Map();   // news for parts that are in use
  let events = null, touched = Date.now(), left = 0, ended = false;

  const changed = (field) => field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.matches("input, textarea") && field.value !== field.defaultValue;
  const inUse = (part) => {
    const chosen = getSelection();
    return part.querySelector("details[open] form") !== null || document.activeElement?.matches("input, textarea, select") && part.contains(document.activeElement) ||
      [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(changed) ||
      chosen.type === "Range" && part.contains(chosen.anchorNode);
  };
  // What has the focus keeps it; another control that came to its place never gets it, for a key pressed at that moment would start something else.
  const keepFocus = (part, fresh) => {
    const old = document.activeElement, does = (one) => [one.tagName, one.getAttribute("href"), one.closest("form")?.getAttribute("action")].join(" ");
    if (!part.contains(old)) return () => {};
    const same = [...fresh.querySelectorAll("a, button, summary, [tabindex]")].find((one) => does(one) === does(old));
    if (!same) fresh.tabIndex = -1;
    return () => (same ?? fresh).focus({ preventScroll: true });
  };
  const put = (part, fresh) => {
    if (part.isEqualNode(fresh)) return;
    const focus = keepFocus(part, fresh);
    const said = document.getElementById("said");
    if (said && fresh.dataset.say && fresh.dataset.say !== part.dataset.say) said.textContent = fresh.dataset.say;
    part.replaceWith(fresh);
    focus();
  };
  const putWaiting = () => {
    for (const [id, fresh] of waiting) {
      const part = document.getElementById(id);
      if (part && inUse(part)) continue;
      waiting.delete(id);
      if (part) put(part, fresh);
    }
    const leaving = Date.now() - left < on_the_way;   // somebody pressed a link: loading this page anew would take them back
    if (ended && !leaving && waiting.size === 0 && ![...living()].some(inUse)) location.reload();
  };
  const close = () => { events?.close(); events = null; };
  const open = () => {
    if (events || ended || document.hidden) return;
    events = new EventSource(location.pathname + "/live" + location.search);
    events.addEventListener("part", (event) => {
      const fresh = new DOMParser().parseFromString(event.data, "text/html").querySelector("[data-live][id]");
      if (!fresh) return;
      waiting.set(fresh.id, document.adoptNode(fresh));
      putWaiting();
    });
    events.addEventListener("end", () => {
      ended = true;
      close();
      putWaiting();
    });
    events.onerror = () => {   // the server ended it or is away
      close();
      if (Date.now() - touched < patience) setTimeout(open, again);
    };
  };
  for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => { touched = Date.now(); open(); }, true);
  document.addEventListener("visibilitychange", () => document.hidden ? close() : open());
  window.addEventListener("beforeunload", () => { left = Date.now(); });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", open);
  setInterval(putWaiting, 1000);
  open();
})();
