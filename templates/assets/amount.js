// Answers while an amount is typed: how it is read, whether it is possible, and what follows; the button names the sum. Comfort only: the shop judges every
// form again by the same rules (domain/money.hpp, domain/typed_amount.hpp; tests/typing compares the two). Amounts are whole minor units, never floating point.
"use strict";
const readAmount = (typed, digits) => {
  const text = typed.replace(/^[ \t]+|[ \t]+$/g, "");
  const minorOf = (units, decimals) => {
    let fraction = decimals;
    while (fraction.length > digits && fraction.endsWith("0")) fraction = fraction.slice(0, -1);
    return fraction.length > digits ? null : BigInt(units + fraction.padEnd(digits, "0"));
  };
  const ungrouped = (part, mark) => {
    const groups = part.split(mark);
    return groups.every((group, at) => (at === 0 ? /^[0-9]{1,3}$/ : /^[0-9]{3}$/).test(group)) ? groups.join("") : null;
  };
  if (text === "") return { problem: "empty" };
  if (new TextEncoder().encode(text).length > 24) return { problem: "long" };
  if (/[+\-−]/.test(text)) return { problem: "sign" };
  if (/[^0-9.,]/.test(text)) return { problem: "letters" };
  const at = Math.max(text.lastIndexOf("."), text.lastIndexOf(","));
  let units = text, decimals = "";
  if (at >= 0) {
    const mark = text[at], other = mark === "." ? "," : ".";
    const several = text.indexOf(mark) !== at, mixed = text.includes(other), tail = text.slice(at + 1);
    if (several && mixed) return { problem: "unclear" };
    if (several || (tail.length === 3 && !mixed && digits === 0)) {
      units = ungrouped(text, mark);
      if (units === null) return { problem: "unclear" };
    } else if (tail.length === 3 && !mixed) {
      const whole = ungrouped(text, mark), small = /^[0-9]+$/.test(text.slice(0, at)) ? minorOf(text.slice(0, at), tail.slice(0, digits)) : null;
      const readings = [whole === null ? null : minorOf(whole, ""), small].filter((reading) => reading !== null && reading > 0n);
      return { problem: "ambiguous", readings };
    } else {
      const head = text.slice(0, at);
      units = mixed ? ungrouped(head, other) : /^[0-9]+$/.test(head) ? head : null;
      if (units === null) return { problem: "unclear" };
      if (tail === "") return { problem: "ends" };
      decimals = tail;
    }
  }
  if (decimals !== "" && digits === 0) return { problem: "no_decimals" };
  if (decimals.length > digits) return { problem: "many_decimals" };
  const minor = minorOf(units, decimals);
  if (minor === null || minor > 1000000000000000n) return { problem: "long" };
  return minor === 0n ? { problem: "zero" } : { minor };
};

// {held, most, approval|null} in minor units → the sentence's name and its sums.
const judgeAmount = (minor, room) => {
  if (minor > room.most) return { role: "stop", say: "tooMuch", sums: { more: minor - room.most, most: room.most } };
  if (room.approval !== null && minor > room.approval) return { role: "wait", say: "aboveApproval", sums: { limit: room.approval } };
  if (minor > room.held) return { role: "wait", say: "aboveHeld", sums: { amount: minor, more: minor - room.held } };
  return { role: "good", say: "within", sums: { amount: minor, rest: room.most - minor } };
};

// What so many of a line's open pieces are worth: rounded down, all of them exactly the line.
const worthOfPieces = (worth, open, pieces) => worth * pieces / open;

const watchAmount = (form) => {
  const words = form.querySelector("[data-amounts]").dataset;
  const digits = Number(words.digits);
  const field = form.querySelector(".amount input");
  const limit = document.getElementById(field.getAttribute("aria-describedby").split(" ")[0]);
  const button = form.querySelector(".names-sum");
  const plain = button.textContent;
  const charge = form.querySelector("[name=charge]");
  const sheetOf = field.id === "amount";
  const written = (minor) => {
    const language = document.documentElement.lang, unit = 10n ** BigInt(digits);
    const point = new Intl.NumberFormat(language).formatToParts(1.5).find((part) => part.type === "decimal").value;
    return new Intl.NumberFormat(language).format(minor / unit) + (digits ? point + String(minor % unit).padStart(digits, "0") : "") + "\u00a0" + words.currency;
  };
  const filled = (sentence, sums) => Object.entries(sums).reduce((text, [name, minor]) => text.replaceAll(`[${name}]`, written(minor)), sentence);
  const room = () => {
    const chosen = charge?.selectedOptions[0]?.dataset ?? words;
    return { held: BigInt(chosen.held), most: BigInt(chosen.most), approval: chosen.approval ? BigInt(chosen.approval) : null };
  };
  const kind = () => form.querySelector("[name=kind]:checked")?.value ?? "amount";
  const tell = (role, text, readings = []) => {
    limit.className = "limit keeps" + (role ? " is-" + role : "");
    const line = document.createElement("span");
    line.textContent = text;
    limit.replaceChildren(line);
    for (const reading of readings) {
      const choose = document.createElement("button");
      choose.type = "button", choose.className = "btn btn-sm btn-plain", choose.textContent = written(reading);
      choose.addEventListener("click", () => {
        const unit = 10n ** BigInt(digits);
        field.value = `${reading / unit}.${String(reading % unit).padStart(digits, "0")}`;
        field.focus(), update();
      });
      limit.append(choose);
    }
  };
  const lines = () => {
    let sum = 0n;
    for (const box of form.querySelectorAll("[name=line]:checked")) {
      const count = box.closest("li").querySelector("input[type=number]");
      const pieces = count ? Number(count.value) : Number(box.dataset.most);
      if (!Number.isInteger(pieces) || pieces < 1 || pieces > Number(box.dataset.most)) return null;
      sum += worthOfPieces(BigInt(box.dataset.worth), BigInt(box.dataset.open), BigInt(pieces));
    }
    return sum > 0n ? sum : null;
  };
  const answer = (minor) => {
    const judged = judgeAmount(minor, room());
    tell(judged.role, filled(words[judged.say], judged.sums));
    field.classList.toggle("is-bad", kind() === "amount" && judged.role === "stop");
    return judged.role === "stop" ? null : minor;
  };
  const update = () => {
    for (const old of form.querySelectorAll("[name=amount_choice]")) old.remove();   // the script's own answer stands in their place
    const chosen = kind();
    let sum = null;
    if (chosen === "amount" && field.value !== "") {
      const read = readAmount(field.value, digits);
      if (read.minor !== undefined) sum = answer(read.minor);
      else if (read.problem === "ambiguous" && read.readings.length === 2) tell("wait", filled(words.which, { first: read.readings[0], second: read.readings[1] }), read.readings);
      else tell("stop", form.querySelector(`[data-code=${read.problem}]`).dataset.text);
      field.classList.toggle("is-bad", sum === null && read.problem !== "ambiguous");
    } else {
      tell("", "");
      field.classList.remove("is-bad");
      if (chosen === "lines") sum = lines();
      if (chosen === "rest") sum = room().held > 0n ? room().held : null;
      if (sum !== null) sum = answer(sum);
    }
    field.toggleAttribute("aria-invalid", field.classList.contains("is-bad"));
    button.textContent = sum === null ? plain : filled(words.button, { amount: sum });
  };
  form.addEventListener("input", (event) => {
    const choose = (value) => { const pick = form.querySelector(`[name=kind][value=${value}]`); if (pick) pick.checked = true; };
    if (event.target === field) choose("amount");
    if (event.target.closest("#refund-lines")) choose("lines");
    if (event.target.matches("input[type=number]")) event.target.closest("li").querySelector("[name=line]").checked = true;
    update();
  });
  window.addEventListener("pageshow", () => { if (sheetOf ? field.value !== "" || kind() !== "amount" : true) update(); });
};
if (typeof document !== "undefined") for (const words of document.querySelectorAll("[data-amounts]")) watchAmount(words.closest("form"));
