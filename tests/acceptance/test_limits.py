"""T7, T8, T16: what Amazon allows, and how amounts may be typed. Every refusal is local: it comes before Amazon is asked."""

from cases import case, check, equal
from orders import line, order


def one_line(number, minor, currency="EUR"):
    return order(number, payment="Captured", currency=currency, lines=[line("1", "Cupboard", 1, minor)])


def refund_calls(world):
    return sum(world.control.get("/requests")["by_operation"].get("createRefund", {}).values())


def refused(staff, number, amount):
    """The sentence that refuses this amount; AssertionError when a sheet would send it."""
    staff.sheet_of_refund(number, amount)
    sheets = staff.page.root.with_class("sheet")
    offered = [b for b in (sheets[0].all("button") if sheets else []) if b.get("type", "submit") == "submit" and not b.has("aria-disabled")]
    alerts = [n.text for n in staff.page.root.all() if n.get("role") == "alert"]
    check(not offered and alerts, f"{amount!r} is refused with a sentence; the page says {staff.page.text[:1500]}")
    return " ".join(alerts)


@case("T7_limits_and_refund_count")
def limits(world):
    world.place(one_line("C-10", 1000), one_line("C-500", 50000), one_line("C-1000", 100000), one_line("C-JPY", 100000, "JPY"), one_line("C-COUNT", 10000))
    staff = world.staff()
    for number, most, above in (("C-10", "11.50", "11.51"), ("C-500", "575.00", "575.01"), ("C-1000", "1,075.00", "1,075.01"),
                                ("C-JPY", "108,400", "108,401")):
        sentence = refused(staff, number, above)
        check(most in sentence, f"the refusal of {above} names the limit {most}: {sentence}")
        equal(world.refunds(number), [], f"{above} was not sent")
        staff.refund(number, most)
    equal(refund_calls(world) <= 4, True, "what is too much never reaches Amazon")
    for number, minor in (("C-10", 1150), ("C-500", 57500), ("C-1000", 107500), ("C-JPY", 108400)):
        world.until(lambda: world.refunds(number) == [minor], f"the most of {number} goes back")
    for _ in range(10):
        staff.refund("C-COUNT", "1.00")
    world.until(lambda: world.refunds("C-COUNT") == [100] * 10, "ten refunds go back")
    world.settle()
    before = refund_calls(world)
    staff.amazon_pay_tab("C-COUNT")
    if staff.page.has_button("Check refund"):
        sentence = refused(staff, "C-COUNT", "1.00")
    else:
        sentence = staff.page.text
    check("10" in sentence, f"the eleventh is refused with the reason: {sentence[:1500]}")
    equal(refund_calls(world), before, "the eleventh refund is refused without asking Amazon")


@case("T8_declined_refund_gives_the_limit_back")
def given_back(world):
    world.place(one_line("C-80", 10000))
    staff = world.staff()
    world.control.fault(operation="createRefund", kind="simulate", simulation_code="ProcessingFailure")
    staff.refund("C-80", "115.00")
    world.until(lambda: world.moved("C-80", "refund_declined") == [11500], "Amazon declines the whole limit")
    world.settle()

    def free_again():
        staff.refresh("C-80")
        staff.open_order("C-80")
        return staff.figures().get("Still refundable") == "115.00 EUR"

    world.until(free_again, "the limit is whole again")
    staff.refund("C-80", "115.00")
    world.until(lambda: world.refunds("C-80") == [11500, 11500], "the second try goes out")
    world.until(lambda: world.moved("C-80", "refund_settled") == [11500], "and is settled")


@case("T16_amounts_as_people_type_them")
def typed(world):
    world.place(one_line("C-16", 500000))
    staff = world.staff()
    for text, shown in (("12.50", "12.50"), ("12,50", "12.50"), ("1,234.50", "1,234.50"), ("1.234,50", "1,234.50"), ("7", "7.00")):
        staff.sheet_of_refund("C-16", text)
        button = next(staff.sheet_form().buttons())
        check(shown in button.text, f"{text!r} is read as {shown}: the button says {button.text!r}")
    for text in ("1.234", "-1", "0", "1e3", "NaN", "", "12.345,6", "١٢"):
        sentence = refused(staff, "C-16", text)
        check(len(sentence) > 20, f"{text!r} is refused with a sentence: {sentence!r}")
    world.settle()
    equal(world.refunds("C-16"), [], "typing and checking sends nothing")
    equal(refund_calls(world), 0, "Amazon was not asked to refund")
