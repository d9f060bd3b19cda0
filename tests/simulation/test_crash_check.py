#!/usr/bin/env python3
"""The checker of the crash harness finds what it is there for: a world in order has no findings, each planted wrong has."""

import copy
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "acceptance")]

from crashing.check import Checker  # noqa: E402
from crashing.staff_load import Asked  # noqa: E402


def eur(minor):
    return {"minor": minor, "currency": "EUR"}


def movement(kind, minor, key=None, refund=None, by="api", charge="C1"):
    return {"kind": kind, "charge_permission_id": "P1", "charge_id": charge, "refund_id": refund, "amount_minor": minor, "currency": "EUR", "merchant_reference_id": "K-1",
            "idempotency_key": key, "by": by}


def intent(identity, minor, state, refund="", cause="op"):
    return {"id": identity, "order_id": "o1", "order_number": "K-1", "kind": "refund", "state": state, "charge_id": "C1", "amount": eur(minor), "cause": cause, "amazon_id": refund,
            "message": ""}


class Stored:
    """A database in order: 10.00 captured, 3.00 given back and settled, 2.00 on its way, 1.00 declined."""

    def __init__(self):
        self.audit = []
        refunds = [{"id": i, "charge_id": "C1", "amount": eur(m), "state": s} for i, m, s in (("R1", 300, "Refunded"), ("R2", 200, "RefundInitiated"), ("R3", 100, "Declined"))]
        self.documents = {
            "intents": {i["id"]: i for i in (intent("a", 300, "done", "R1"), intent("b", 200, "accepted", "R2", "op2"), intent("c", 100, "declined", "R3", "op3"))},
            "payments": {"o1": {"order_id": "o1", "order_number": "K-1", "currency": "EUR", "permission_id": "P1", "refunds": refunds,
                                "charges": [{"id": "C1", "captured": eur(1000), "state": "Captured"}]}},
            "operations": {},
            "balances": {"C1": {"order_id": "o1", "buyer": eur(-1000), "authorized": eur(0), "captured": eur(500), "pending": eur(200), "settled": eur(300), "released": eur(0),
                                "elsewhere": eur(0)}},
            "entries": {str(n): {"charge_id": "C1", "from": f, "to": t, "amount": eur(m)} for n, (f, t, m) in enumerate(
                (("buyer", "captured", 1000), ("captured", "pending", 600), ("pending", "settled", 300), ("pending", "captured", 100)))}}
        self.movements = [movement("authorize", 1000, by="checkout"), movement("capture", 1000, by="checkout"), movement("refund", 300, "a", "R1"), movement("refund", 200, "b", "R2"),
                          movement("refund", 100, "c", "R3"), movement("refund_settled", 300, "a", "R1", "amazon"), movement("refund_declined", 100, "c", "R3", "amazon")]

    def collection(self, name):
        return self.documents[name]

    def has_collection(self, name):
        return name in self.documents

    def rows(self, _):
        return self.audit


class CheckerFinds(unittest.TestCase):
    def setUp(self):
        self.stored = Stored()
        self.asked = [Asked("K-1", "o1", "refund", "op", 300, [(303, "")])]

    def findings(self):
        return Checker(copy.deepcopy(self.stored.movements), self.stored, self.asked).run()

    def assert_found(self, kind, words):
        checker = self.findings()
        self.assertTrue(getattr(checker, kind), f"{kind} in {checker.findings}")
        self.assertTrue(any(words in finding for finding in checker.findings), checker.findings)

    def intents(self):
        return self.stored.documents["intents"]

    def test_nothing_in_a_world_in_order(self):
        self.assertEqual(self.findings().findings, [])

    def test_a_refund_made_twice(self):
        self.stored.movements.append(movement("refund", 300, "a", "R9"))
        self.assert_found("doubled", "moved 2 times")

    def test_a_refund_under_a_new_key(self):
        self.stored.movements.append(movement("refund", 300, "new-key", "R9"))
        self.assert_found("doubled", "which no intent has")

    def test_a_refund_nobody_made_by_hand(self):
        self.stored.movements.append(movement("refund", 300, None, "R9", "seller_central"))
        self.assert_found("doubled", "nobody made it by hand")

    def test_a_refund_shown_as_done_that_never_happened(self):
        self.intents()["d"] = intent("d", 50, "done", "R8", "op4")
        self.assert_found("lost", "nothing moved at Amazon")

    def test_a_refund_shown_as_done_that_is_on_its_way(self):
        self.intents()["b"]["state"] = "done"
        self.assert_found("differing", "shown done, at Amazon it is pending")

    def test_a_refund_shown_as_refused_that_moved(self):
        self.intents()["a"]["state"] = "refused"
        self.assert_found("differing", "moved 300 at Amazon all the same")

    def test_another_amount(self):
        self.intents()["a"]["amount"] = eur(301)
        self.assert_found("differing", "at Amazon it is 300 EUR")

    def test_a_refund_of_the_projection_that_amazon_does_not_have(self):
        self.stored.documents["payments"]["o1"]["refunds"].append({"id": "R7", "charge_id": "C1", "amount": eur(1), "state": "Refunded"})
        self.assert_found("differing", "settled is 301 in the database and 300 at Amazon")

    def test_more_than_amazon_lets_give_back(self):
        self.stored.movements.append(movement("refund", 700, "d", "R9"))
        self.intents()["d"] = intent("d", 700, "accepted", "R9", "op4")
        self.assert_found("doubled", "at most 1150 are allowed")

    def test_a_lost_wish(self):
        self.asked.append(Asked("K-1", "o1", "refund", "op9", 70, [(303, "")]))
        self.assert_found("lost", "70 were answered as requested, intents hold 0")

    def test_a_refused_wish_that_was_carried_out(self):
        self.asked.append(Asked("K-1", "o1", "refund", "op2", 200, [(422, "Not possible")]))
        self.assert_found("differing", "refused with")

    def test_an_event_the_plugin_never_heard_of(self):
        self.stored.audit = [["o1", "line.cancel"]]
        self.assert_found("lost", "the shop did line.cancel 1 times, the plugin heard it 0 times")

    def test_an_event_heard_twice(self):
        self.stored.audit = [["o1", "line.cancel"]]
        self.stored.documents["operations"] = {k: {"order_id": "o1", "answer": {"id": "line.cancel"}} for k in ("e1", "e2")}
        self.assert_found("doubled", "the plugin heard it 2 times")

    def test_a_canceled_order_whose_money_stays(self):
        self.stored.audit = [["o1", "order.cancel"]]
        self.stored.documents["operations"] = {"e1": {"order_id": "o1", "answer": {"id": "order.cancel"}}}
        self.assert_found("lost", "after order.cancel Amazon still holds 500 of 1000")

    def test_a_ledger_that_differs_from_amazon(self):
        self.stored.documents["balances"]["C1"]["pending"] = eur(201)
        self.assert_found("differing", "pending is 201 in the ledger and 200 at Amazon")

    def test_entries_that_do_not_lead_to_the_balances(self):
        del self.stored.documents["entries"]["3"]
        self.assert_found("differing", "the entries add up to")


if __name__ == "__main__":
    unittest.main()
