// How a person works a page: with a mouse or with the keyboard alone. Both offer the same few acts, so each use case is written once.
// A target is a CSS selector. `go` presses something that leads to another page and waits until that page is there.
const tabs_max = 400, looked_at = 2;

class Hand {
  constructor(page) { this.page = page; }
  // Waiting begins with the press: a page that loads itself anew before is not the one that is meant.
  async leave(press) {
    await Promise.all([this.page.waitForEvent("domcontentloaded", { timeout: 20000 }), press()]);
  }
}

export class Mouse extends Hand {
  async go(target) { await this.leave(() => this.press(target)); }
  async press(target) { await this.page.locator(target).first().click(); }
  async write(target, text) { await this.page.locator(target).first().fill(text); }
  async choose(target, value) { await this.page.locator(target).first().selectOption(value); }
  async tick(target) { await this.page.locator(target).first().check(); }
}

export class Keys extends Hand {
  // Tab until it has the focus. What cannot be reached, or is not seen to have the focus, is an error.
  async reach(target) {
    const find = () => this.page.locator(target).first().elementHandle({ timeout: 5000 });
    let wanted = await find();
    const ahead = await this.stops_before(wanted) - looked_at;
    await Promise.all(Array.from({ length: Math.max(0, ahead) }, () => this.page.keyboard.press("Tab")));   // held down
    for (let i = 0; i < tabs_max; ++i) {
      const at = await wanted.evaluate((node) => {
        const style = getComputedStyle(node);
        const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
        const here = document.activeElement;
        const same = here === node || (node.type === "radio" && here?.type === "radio" && here.name === node.name && here.form === node.form);
        return { same, seen: here === node ? seen : true, gone: !node.isConnected };
      });
      if (at.gone) wanted = await find();   // a page that shows its figures live has put another one there
      if (at.same && !at.seen) throw new Error(`${target} has the focus, but nobody can see it`);
      if (at.same) return wanted;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${target} cannot be reached with Tab on ${this.page.url()}`);
  }
  // About how often Tab has to be pressed, so that only the last stops are asked one by one. Only an estimate: what is not there is searched on all stops.
  stops_before(wanted) {
    return wanted.evaluate((node) => {
      const stop = (one) => one.checkVisibility({ checkVisibilityCSS: true }) && !one.disabled && (one.type !== "radio" || one === node || one.checked);
      const all = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")].filter(stop);
      const follows = (one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
      return all.filter((one) => follows(document.activeElement, one) && follows(one, node)).length;
    });
  }
  enter() { return this.page.keyboard.press("Enter"); }
  async press(target) {
    await this.reach(target);
    await this.enter();
  }
  async go(target) {
    await this.reach(target);
    await this.leave(() => this.enter());
  }
  async write(target, text) {
    await this.reach(target);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }
  async copy(target) {
    await this.reach(target);
    for (const chord of ["Control+A", "Control+C"]) await this.page.keyboard.press(chord);
  }
  async paste(target) {
    await this.reach(target);
    await this.page.keyboard.press("Control+V");
  }
  async choose(target, value) {
    const node = await this.reach(target);
    await this.page.keyboard.press("Home");
    for (let i = 0; i < 50; ++i) {
      if (await node.evaluate((select) => select.value) === value) return;
      await this.page.keyboard.press("ArrowDown");
    }
    throw new Error(`${target} offers no ${value}`);
  }
  async tick(target) {
    const node = await this.reach(target);
    if (await node.evaluate((box) => box.type === "radio")) {
      for (let i = 0; i < 20 && !(await node.isChecked()); ++i) await this.page.keyboard.press("ArrowDown");
    } else if (!(await node.isChecked())) {
      await this.page.keyboard.press("Space");
    }
    if (!(await node.isChecked())) throw new Error(`${target} cannot be ticked with the keyboard`);
  }
}
