"""Texts that want to be more than text, in every field a stranger or a colleague can fill."""

import html

import seed
from orders import line, order

MARKUP = "<img src=x onerror=alert(1)>"
TURNED = "\u202eevil\u200f name"
NOTE = ("{{csrf}} {{{me}}} “quoted” 'single' & &amp; <svg onload=alert(2)> 👩‍🔧🇩🇪 " + "Wortohneleerzeichen" * 12 + " ") * 30  # about 10 kB
TEXTS = [MARKUP, TURNED, "{{csrf}}", "\"><b title=poison>", "👩‍🔧🇩🇪"]


def shelf():
    long_word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3
    def one(number, name, **more):
        made = order(number, [line("1", more.pop("title", "Teapot"), 1, 2500, sku=more.pop("sku", "SKU")), line("2", "Cup {{csrf}} \"><b title=poison>", 4, 500)],
                     buyer={"name": name, "email": more.pop("email", "erika@shop.example"), "phone": more.pop("phone", "1")}, city=more.pop("city", "Berlin"), payment=more.pop("payment", "Captured"))
        made["shop"]["addresses"]["shipping"].update(more.pop("address", {}))
        return made
    return [one("P-1", MARKUP, title=MARKUP, city=MARKUP, address={"line1": "\"><b title=poison>", "line2": TURNED}, email="\"quoted<script>\"@shop.example", sku="{{csrf}}"),
            one("P-2", TURNED, title=TURNED, city=TURNED, phone="\"><b title=poison>"), one("P-3", long_word, title=long_word, city=long_word),
            one("P-4", "👩‍🔧🇩🇪 {{csrf}} O'Neil \"><b title=poison>", payment="Authorized"), one("P-5", "&amp; &lt;b&gt; \"&#x27;", title="&amp;")]


def act_out(shop):
    """Colleagues write notes, names, reasons and files."""
    staff, admin = shop.staff(), shop.administrator()
    for number, note in (("P-1", NOTE), ("P-2", TURNED), ("P-4", MARKUP)):
        staff.refresh(number)
        staff.tab("Main")
        form = next(form for form in staff.page.forms() if any(control.get("name") == "notes" for control in form.controls()))
        staff.submit(form.fill("notes", note), next(form.buttons()))
        if staff.page.status != 200 or "refused" in staff.page.text:
            staff.open_order(number)
            staff.tab("Main")
            form = next(form for form in staff.page.forms() if any(control.get("name") == "notes" for control in form.controls()))
            staff.submit(form.fill("notes", note[:4000]), next(form.buttons()))
    for number, note in (("P-1", MARKUP + "{{csrf}}"), ("P-2", TURNED)):
        staff.amazon_pay_tab(number)
        form, button = staff.page.form_with("Check refund")
        staff.submit(form.tick("kind", "amount").fill("amount", "2.50").fill("reason", "Goodwill").fill("note", note), button)
        staff.confirm()
    admin.go("/settings")
    admin.press("Save settings", refund_line_cancel="manual")
    staff.cancel_lines("P-1", {MARKUP: None})
    shop.shop.add_user("poison", MARKUP + TURNED, "staff")
    staff.go("/plugin/org.amazonpay.plugin/bulk")
    form = staff.page.form_to("/plugin/org.amazonpay.plugin/bulk/check")
    form.fill("rows", f"order;amount;note\nP-1;{MARKUP};x\n{MARKUP};1;{TURNED}\nP-2;1;{{{{csrf}}}}\n{TURNED};1;\n").fill("note", MARKUP + TURNED)
    staff.submit(form, next(form.buttons()))
    shop.settle()


def asked():
    """Poison in the address itself."""
    quoted = "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E"
    places = ("/orders?q={}", "/orders?word={}", "/orders?folder={}", "/orders?from={}", "/audit?order={}", "/queue?show={}", "/login?next={}", "/orders/{}", "/settings?plugin={}", "/{}")
    return [{"name": f"asked-{at}", "address": place.format(quoted)} for at, place in enumerate(places)]


def shown(text):
    """The texts this answer holds, escaped, so that the browser must show them."""
    return [one for one in TEXTS if html.escape(one) in text or one.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in text]


assert len(NOTE) > 9000 and seed
