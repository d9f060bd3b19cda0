"""T10: deleting a refunded, a reserved and a pending order. The order is gone, the money is right, the payment record stays without personal data."""

from cases import case, check, equal
from orders import order


def gone(staff, number):
    return not staff.finds(number)


@case("T10_delete_refunded_reserved_pending")
def delete(world):
    person = {"name": "Wilhelmine Unverwechselbar", "email": "wilhelmine@shop.example"}
    world.place(order("D-1", payment="Captured", buyer=person), order("D-2", payment="Authorized", buyer=person), order("D-3", payment="Open", buyer=person),
                order("D-4", payment="Captured", buyer=person), order("D-5", payment="AuthorizationInitiated", buyer=person))
    staff = world.staff()
    staff.refund("D-1", "75.00")
    world.until(lambda: world.refunds("D-1") == [7500], "the order is refunded")
    world.settle()
    staff.refresh("D-1")
    world.settle()

    # money moved: the number has to be typed
    staff.delete_order("D-1", typed="D-7")
    staff.page.must_say("This is not the number")
    check(not gone(staff, "D-1"), "a wrong number deletes nothing")
    staff.delete_order("D-1")
    for number in ("D-2", "D-3", "D-4", "D-5"):
        staff.refresh(number)
        world.settle()
        staff.delete_order(number)
    world.until(lambda: world.moved("D-2", "cancel") == [7500], "the reservation is released")
    world.until(lambda: world.refunds("D-4") == [7500], "what was captured goes back")
    world.settle()
    equal(world.refunds("D-1"), [7500], "a refunded order gives nothing back again")
    equal(world.refunds("D-2") + world.refunds("D-3") + world.refunds("D-5"), [], "nothing else was refunded")
    for number in ("D-1", "D-2", "D-3", "D-4", "D-5"):
        check(gone(staff, number), f"{number} is gone from the list")
    equal(world.moved("D-3", "capture") + world.moved("D-5", "capture"), [], "nothing is captured for deleted orders")
    admin = world.administrator()
    admin.go("/audit")
    check("D-4" in admin.page.text, "the audit keeps the act")
    check("Unverwechselbar" not in admin.page.text and "wilhelmine@" not in admin.page.text, "the audit has no personal data")
    staff.go("/plugin/org.amazonpay.plugin/transactions?env=sandbox")
    staff.follow("D-4")
    staff.page.must_say(world.references["D-4"])
    check("Unverwechselbar" not in staff.page.text, "the record is there without the person")
