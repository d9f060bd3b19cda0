// The running shop a script works on, as run.py describes it in a JSON file, and Amazon's side of it: the sandbox's own figures, never the plugin's.
import fs from "node:fs";

export class Shop {
  constructor(file) { Object.assign(this, JSON.parse(fs.readFileSync(file, "utf8"))); }

  async control(path, body, method = "POST") {
    const answer = await fetch(this.control_url + path, method !== "POST" ? { method } : body ? { method, body: JSON.stringify(body), headers: { "Content-Type": "application/json" } } : {});
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${path}: ${await answer.text()}`);
    return answer.json();
  }
  // Amounts in minor units of one kind of movement: refund, capture, cancel, refund_settled …
  async moved(number, kind) {
    const answer = await this.control(`/movements?charge_permission_id=${encodeURIComponent(this.references[number])}`);
    return answer.movements.filter((one) => one.kind === kind).map((one) => one.amount_minor);
  }
}

export const must = (condition, what) => { if (!condition) throw new Error(what); };

export async function until(condition, what, seconds = 40) {
  const end = Date.now() + seconds * 1000;
  let last = "";
  for (;;) {
    try { if (await condition()) return; last = ""; } catch (error) { last = `: ${error.message}`; }
    if (Date.now() > end) throw new Error(`within ${seconds} s it did not come true that ${what}${last}`);
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}
