"""T1, T2, T3, T4, T9: the ways money goes back, seen from the staff's browser and counted at the sandbox."""

from cases import case, check, equal
from orders import line, order

TEAPOT, CUPS, TRAY = "Teapot", "Cup", "Tray"  # 25.00, 4 × 5.00, 30.00 → 75.00


@case("T1_cancel_line_uncancel_one_refund")
def uncancelled_line(world):
    world.place(order("A-1001", payment="Captured"))
    staff = world.staff()
    staff.sheet_of_line_icon("A-1001", TEAPOT, "cancel")
    check("25.00" in staff.sheet_text(), f"the sheet names what goes back: {staff.sheet_text()}")
    staff.confirm()
    world.until(lambda: world.refunds("A-1001") == [2500], "the line is refunded")
    world.settle()
    staff.sheet_of_line_icon("A-1001", TEAPOT, "undo")
    staff.confirm()
    world.settle()
    equal(world.refunds("A-1001"), [2500], "un-cancelling moves no money")
    world.until(lambda: word_after_refresh(staff, "A-1001") == "Partly refunded", "the word becomes Partly refunded")
    check(any("25.00" in title + text for title, text in staff.tasks()), f"a task says that the line is not covered: {staff.tasks()}")
    staff.cancel_lines("A-1001", {TEAPOT: None})
    world.settle()
    equal(world.refunds("A-1001"), [2500], "money that went back for a line does not go back again by itself")


@case("T2_cancel_order_after_partial_refund_gives_the_rest")
def only_the_rest(world):
    world.place(order("A-1002", payment="Captured"))
    staff = world.staff()
    staff.refund("A-1002", "10.00")
    world.until(lambda: world.refunds("A-1002") == [1000], "the partial refund arrives")
    world.settle()
    staff.sheet_of_list_icon("A-1002", "cancel")
    check("65.00" in staff.sheet_text(), f"the sheet plans only the rest: {staff.sheet_text()}")
    staff.confirm()
    world.until(lambda: len(world.refunds("A-1002")) == 2, "the rest arrives")
    world.settle()
    equal(world.refunds("A-1002"), [1000, 6500], "the refunds at Amazon")
    world.until(lambda: word_after_refresh(staff, "A-1002") == "Refunded", "the word becomes Refunded")


@case("T3_amazon_declines_red_task_nothing_booked")
def declined(world):
    world.place(order("A-1003", payment="Captured"))
    staff = world.staff()
    world.control.fault(operation="createRefund", kind="simulate", simulation_code="ProcessingFailure")
    staff.refund("A-1003", "12.50")
    world.until(lambda: world.moved("A-1003", "refund_declined") == [1250], "Amazon declines")
    world.settle()

    def red_task():
        staff.refresh("A-1003")
        staff.open_order("A-1003")
        return any("declined" in title.lower() and "12.50" in title for title, _ in staff.tasks())

    world.until(red_task, "the order has a task for the declined refund")
    check(any("is-stop" in box.classes() for box in staff.page.root.with_class("task")), "the task is red")
    equal(staff.verdict()[0], "Captured", "the word is not a refund")
    equal(staff.figures().get("Given back"), "0.00 EUR", "nothing is booked as given back")
    equal(staff.figures().get("On the way"), "0.00 EUR", "nothing is booked as on its way")


@case("T4_reserved_only_is_cancelled_without_refund")
def reserved(world):
    world.place(order("A-1004", payment="Authorized"))
    staff = world.staff()
    equal(word_after_refresh(staff, "A-1004"), "Reserved", "the word of an authorised order")
    staff.cancel_order("A-1004")
    world.until(lambda: world.moved("A-1004", "cancel") == [7500], "the reservation is released")
    world.settle()
    equal(world.refunds("A-1004"), [], "there was nothing to refund")
    check("createRefund" not in world.control.get("/requests")["by_operation"], "no refund was even asked for")
    world.until(lambda: staff.word("A-1004") == "Canceled", "the word becomes Canceled")


def word_after_refresh(staff, number):
    staff.refresh(number)
    return staff.word(number)


@case("T9_second_and_third_partial_refund")
def three_refunds(world):
    world.place(order("A-1009", payment="Captured"))
    staff = world.staff()
    staff.refund("A-1009", "20.00")
    staff.refund("A-1009", "15.00", reason="Goodwill")
    staff.refund("A-1009", "7,50")
    world.until(lambda: sorted(world.refunds("A-1009")) == [750, 1500, 2000], "three refunds arrive")
    world.settle()
    equal(sum(world.refunds("A-1009")), 4250, "the sum at Amazon")

    def shown():
        staff.refresh("A-1009")
        staff.open_order("A-1009")
        return staff.figures().get("Given back") == "42.50 EUR"

    world.until(shown, "Overview shows the sum given back")
    equal(staff.verdict()[0], "Partly refunded", "the word")


@case("one_act_over_several_lines_is_one_refund")
def one_act(world):
    world.place(order("A-1010", payment="Captured", discount_minor=750, lines=[line("1", TEAPOT, 1, 2500), line("2", CUPS, 4, 500), line("3", TRAY, 1, 3000)]))
    staff = world.staff()
    staff.cancel_lines("A-1010", {CUPS: 3, TRAY: None})
    world.until(lambda: world.refunds("A-1010") == [4050], "45.00 less its share of the discount goes back in one refund")
    staff.delete_lines("A-1010", {CUPS: None, TEAPOT: None})
    world.until(lambda: sum(world.refunds("A-1010")) == 6750, "all pieces together give exactly what was paid")
    equal(len(world.refunds("A-1010")), 2, "two acts, two refunds")


@case("manual_mode_moves_no_money_and_makes_a_task")
def manual(world):
    world.place(order("A-1011", payment="Captured"))
    admin = world.administrator()
    admin.go("/settings")
    admin.press("Save settings", refund_order_cancel="manual")
    staff = world.staff()
    staff.cancel_order("A-1011")
    world.settle()
    equal(world.refunds("A-1011"), [], "manual mode moves no money")
    staff.open_order("A-1011")
    check(any("75.00" in title + text for title, text in staff.tasks()), f"a task names what is due: {staff.tasks()}")
    staff.sheet_of_refund("A-1011", "5.00")
    check("stays open" in staff.page.text, "another sum says that the task stays open")
    staff.refund("A-1011", "75.00")
    staff.open_order("A-1011")
    equal(staff.tasks(), [], "the typed sum answered the task")
    world.until(lambda: world.refunds("A-1011") == [7500], "the refund by hand goes out")
