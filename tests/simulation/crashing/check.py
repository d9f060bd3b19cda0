"""The independent checker: reads the sandbox's list of movements and the database, nothing else, and compares them to the minor unit.

    findings, figures = check(movements, StoredData(world), asked, by_hand)

`movements` is what moved at Amazon, `asked` what staff asked for and were told, `by_hand` the refund ids that somebody made in Seller Central. A finding is one
sentence with the order's number, the intent and both sides' figures.
"""

import collections

OPEN = {"planned", "sending", "uncertain"}
NOTHING_MOVED = {"planned", "refused", "awaiting_approval", "withdrawn"}
SHOP_EVENTS = ("line.cancel", "line.delete", "order.cancel", "order.delete")
ALLOWANCE_MINOR = {"EUR": 7500, "GBP": 7500, "USD": 7500, "JPY": 8400}
MOVES = {"refund": "refund", "capture": "capture", "create_charge": "authorize"}
REFUNDS_MAX = 10


class Charge:
    def __init__(self):
        self.authorized = self.captured = self.pending = self.settled = self.declined = self.released = self.refunds = 0
        self.currency = ""


def charges_of(movements):
    """What each charge holds, added up from the movements."""
    charges = collections.defaultdict(Charge)
    for m in movements:
        charge, amount = charges[m["charge_id"]], m["amount_minor"]
        charge.currency = m["currency"]
        if m["kind"] == "authorize":
            charge.authorized += amount
        elif m["kind"] == "capture":
            charge.captured += amount
        elif m["kind"] == "cancel":
            charge.released += amount
        elif m["kind"] == "refund":
            charge.pending += amount
            charge.refunds += 1
        elif m["kind"] == "refund_settled":
            charge.pending, charge.settled = charge.pending - amount, charge.settled + amount
        elif m["kind"] == "refund_declined":
            charge.pending, charge.declined = charge.pending - amount, charge.declined + amount
    return charges


class Checker:
    def __init__(self, movements, data, asked=(), by_hand=()):
        self.movements, self.data, self.asked, self.by_hand = movements, data, asked, set(by_hand)
        self.bulk_refunds = {}
        self.findings, self.doubled, self.lost, self.differing = [], set(), set(), set()
        self.intents, self.payments = data.collection("intents"), data.collection("payments")
        self.charges = charges_of(movements)
        self.by_key = collections.defaultdict(list)
        for m in movements:
            if m["idempotency_key"] and m["kind"] in MOVES.values():
                self.by_key[m["idempotency_key"]].append(m)
        self.fate = {m["refund_id"]: m["kind"] for m in movements if m["kind"] in ("refund_settled", "refund_declined")}

    def find(self, kind, who, sentence):
        kind.add(who)
        self.findings.append(sentence)

    def run(self):
        for intent in self.intents.values():
            self.check_intent(intent)
        self.check_strangers()
        for payment in self.payments.values():
            self.check_payment(payment)
        self.check_asked()
        self.check_events()
        if self.data.has_collection("balances"):
            self.check_books()
        return self

    # -- every intent once, every movement with an intent ---------------------------------------------------------------------------------------
    def check_intent(self, intent):
        name = f"order {intent['order_number']}, intent {intent['id']} ({intent['kind']} of {intent['amount']['minor']}, {intent['state']})"
        if intent["kind"] in ("cancel_charge", "close_permission", "track_delivery"):
            if intent["kind"] == "cancel_charge" and intent["state"] == "done" and not self.charges[intent["charge_id"]].released:
                self.find(self.lost, intent["id"], f"{name}: shown done, but the reservation {intent['charge_id']} was not released at Amazon")
            return
        moved = self.by_key.get(intent["id"], [])
        if len(moved) > 1:
            self.find(self.doubled, intent["id"], f"{name}: moved {len(moved)} times at Amazon: {[m['amount_minor'] for m in moved]}")
        if not moved and intent["state"] in ("accepted", "done", "declined") and intent["kind"] != "capture":
            self.find(self.lost, intent["id"], f"{name}: nothing moved at Amazon")
        if moved and intent["state"] in NOTHING_MOVED:
            self.find(self.differing, intent["id"], f"{name}: moved {moved[0]['amount_minor']} at Amazon all the same")
        for m in moved:
            if (m["amount_minor"], m["currency"]) != (intent["amount"]["minor"], intent["amount"]["currency"]):
                self.find(self.differing, intent["id"], f"{name}: at Amazon it is {m['amount_minor']} {m['currency']}")
            if intent["charge_id"] and m["charge_id"] != intent["charge_id"]:
                self.find(self.differing, intent["id"], f"{name}: decided for {intent['charge_id']}, moved on {m['charge_id']}")
            if m["kind"] == "refund":
                self.check_fate(intent, m, name)

    def check_fate(self, intent, moved, name):
        fate = self.fate.get(moved["refund_id"], "pending")
        if intent["amazon_id"] and intent["amazon_id"] != moved["refund_id"]:
            self.find(self.differing, intent["id"], f"{name}: knows the refund {intent['amazon_id']}, Amazon made {moved['refund_id']}")
        if intent["state"] == "done" and fate != "refund_settled":
            self.find(self.differing, intent["id"], f"{name}: shown done, at Amazon it is {fate}")
        if intent["state"] == "declined" and fate != "refund_declined":
            self.find(self.differing, intent["id"], f"{name}: shown declined, at Amazon it is {fate}")

    def check_strangers(self):
        for key, moved in self.by_key.items():
            if key not in self.intents and moved[0]["by"] == "api":
                self.find(self.doubled, key, f"order {moved[0]['merchant_reference_id']}: {moved[0]['kind']} of {moved[0]['amount_minor']} at Amazon under the key {key}, which no intent has")
        for m in self.movements:
            if m["kind"] == "refund" and not m["idempotency_key"] and m["refund_id"] not in self.by_hand:
                self.find(self.doubled, m["refund_id"], f"order {m['merchant_reference_id']}: the refund {m['refund_id']} of {m['amount_minor']} has no key and nobody made it by hand")

    # -- sums of each charge ----------------------------------------------------------------------------------------------------------------------
    def check_payment(self, payment):
        number, intents = payment["order_number"], [i for i in self.intents.values() if i["order_id"] == payment["order_id"]]
        if any(i["state"] in OPEN for i in intents):
            return  # counted as open; what is not decided yet may differ
        captured = refunded = 0
        for charge in payment["charges"]:
            at_amazon = self.charges[charge["id"]]
            mine = [r for r in payment["refunds"] if r["charge_id"] == charge["id"]]
            stored = {"captured": charge["captured"]["minor"], "settled": sum_of(mine, "Refunded"), "declined": sum_of(mine, "Declined"),
                      "pending": sum(r["amount"]["minor"] for r in mine if r["state"] not in ("Refunded", "Declined"))}
            for what, minor in stored.items():
                if minor != getattr(at_amazon, what):
                    self.find(self.differing, charge["id"] + what, f"order {number}, charge {charge['id']}: {what} is {minor} in the database and {getattr(at_amazon, what)} at Amazon")
            if at_amazon.released and charge["state"] != "Canceled":
                self.find(self.differing, charge["id"] + "state", f"order {number}, charge {charge['id']}: released at Amazon, {charge['state']} in the database")
            captured, refunded = captured + at_amazon.captured, refunded + at_amazon.pending + at_amazon.settled
        allowance = min(captured * 15 // 100, ALLOWANCE_MINOR.get(payment["currency"], 0))
        if refunded > captured + allowance:
            self.find(self.doubled, number, f"order {number}: {refunded} given back of {captured} captured; at most {captured + allowance} are allowed")
        by_intents = sum(i["amount"]["minor"] for i in intents if i["kind"] == "refund" and i["state"] in ("accepted", "done"))
        by_hand = sum(m["amount_minor"] for m in self.movements if m["kind"] == "refund" and m["refund_id"] in self.by_hand and m["charge_permission_id"] == payment["permission_id"])
        if by_intents + by_hand != refunded:
            self.find(self.differing, number, f"order {number}: intents give back {by_intents}, by hand {by_hand}, Amazon gave back {refunded}")

    # -- what people were told --------------------------------------------------------------------------------------------------------------------
    def check_asked(self):
        by_cause = collections.defaultdict(list)
        for intent in self.intents.values():
            by_cause[intent["cause"]].append(intent)
        for asked in self.asked:
            if asked.act != "refund":
                continue
            found = by_cause.get(asked.operation_id, [])
            minor = sum(i["amount"]["minor"] for i in found)
            if asked.taken() and minor != asked.amount_minor:
                self.find(self.lost, asked.operation_id, f"order {asked.number}, operation {asked.operation_id}: {asked.amount_minor} were answered as requested, intents hold {minor}")
            if asked.refused() and found:
                self.find(self.differing, asked.operation_id, f"order {asked.number}, operation {asked.operation_id}: refused with {asked.answers}, yet intents hold {minor}")

    def check_bulk(self, job, rows):
        """The result file of a bulk job against what its dry run promised and what moved."""
        by_refund = {m["refund_id"]: m for m in self.movements if m["kind"] == "refund"}
        found = {int(row["row"]): row for row in rows}
        for number, verdict in job.planned.items():
            row = found.get(number)
            name = f"{job}, row {number}, order {verdict['order']}"
            if row is None:
                self.find(self.lost, name, f"{name}: is not in the result file")
            elif row["amazon_id"]:
                moved = by_refund.get(row["amazon_id"])
                if moved is None or (moved["merchant_reference_id"], moved["amount_minor"]) != (row["order"], verdict["planned_minor"]):
                    self.find(self.differing, name, f"{name}: planned {verdict['planned_minor']}, the result file names {row['amazon_id']}, which at Amazon is {moved}")
                elif self.bulk_refunds.setdefault(row["amazon_id"], name) != name:
                    self.find(self.doubled, name, f"{name}: names the same refund as {self.bulk_refunds[row['amazon_id']]}")
            elif not row["code"] and not row["message"]:
                self.find(self.lost, name, f"{name}: neither a refund nor a reason in the result file: {row}")

    def check_events(self):
        """Whatever the shop did to an order, the plugin heard of exactly once; a canceled or deleted order keeps no money back."""
        done = collections.Counter()
        for order_id, event in self.data.rows("SELECT order_id, event FROM audit"):  # stays when an order is deleted, other than its operations
            if event in SHOP_EVENTS and order_id in self.payments:
                done[order_id, event] += 1
        answered = [o for o in self.data.collection("operations").values() if o["answer"]]
        heard = collections.Counter((o["order_id"], o["answer"]["id"]) for o in answered if o["answer"]["id"] in SHOP_EVENTS)
        for key in done | heard:
            if done[key] != heard[key]:
                self.find(self.lost if done[key] > heard[key] else self.doubled, key, f"order {self.number_of(key[0])}: the shop did {key[1]} {done[key]} times, the plugin heard it {heard[key]} times")
        for order_id, event in done:
            if event in ("order.cancel", "order.delete") and order_id in self.payments:
                self.check_nothing_held(self.payments[order_id], event)

    def check_nothing_held(self, payment, event):
        for charge in payment["charges"]:
            at_amazon = self.charges[charge["id"]]
            held = at_amazon.captured - at_amazon.pending - at_amazon.settled
            if held > at_amazon.declined and at_amazon.refunds < REFUNDS_MAX:
                self.find(self.lost, charge["id"], f"order {payment['order_number']}: after {event} Amazon still holds {held} of {at_amazon.captured} on {charge['id']}")
            if at_amazon.authorized and not at_amazon.captured and not at_amazon.released:
                self.find(self.lost, charge["id"], f"order {payment['order_number']}: after {event} the reservation {charge['id']} still stands")

    def number_of(self, order_id):
        return self.payments.get(order_id, {}).get("order_number", order_id)

    # -- the double-entry ledger -------------------------------------------------------------------------------------------------------------------
    def check_books(self):
        """The double-entry ledger: its balances are what Amazon did, they add up to zero, and the entries lead to them."""
        accounts = ("buyer", "authorized", "captured", "pending", "settled", "released", "elsewhere")
        journal = collections.defaultdict(collections.Counter)
        for entry in self.data.collection("entries").values():
            journal[entry["charge_id"]][entry["from"]] -= entry["amount"]["minor"]
            journal[entry["charge_id"]][entry["to"]] += entry["amount"]["minor"]
        undecided = {i["order_id"] for i in self.open_intents()}
        for charge_id, balances in self.data.collection("balances").items():
            number, at_amazon = self.number_of(balances["order_id"]), self.charges[charge_id]
            booked = {account: balances[account]["minor"] for account in accounts}
            entered = {account: journal[charge_id][account] for account in accounts}
            if booked != entered or sum(booked.values()):
                self.find(self.differing, charge_id + "journal", f"order {number}, charge {charge_id}: the balances are {booked}, the entries add up to {entered}")
            elsewhere = sum(m["amount_minor"] for m in self.movements if m["charge_id"] == charge_id and m["kind"] == "refund" and m["refund_id"] in self.by_hand)
            moved = {"captured": at_amazon.captured - at_amazon.pending - at_amazon.settled, "elsewhere": elsewhere, "released": at_amazon.released,
                     "authorized": 0 if at_amazon.captured or at_amazon.released else at_amazon.authorized}
            moved |= {"pending": at_amazon.pending, "settled": at_amazon.settled - elsewhere}
            for account, minor in moved.items():
                if booked[account] != minor and balances["order_id"] not in undecided:
                    self.find(self.differing, charge_id + account, f"order {number}, charge {charge_id}: {account} is {booked[account]} in the ledger and {minor} at Amazon")

    def open_intents(self):
        return [i for i in self.intents.values() if i["state"] in OPEN]

    def figures(self):
        return {"orders": len(self.payments), "intents": len(self.intents), "refunds at Amazon": sum(m["kind"] == "refund" for m in self.movements),
                "doubled": len(self.doubled), "lost": len(self.lost), "differing": len(self.differing), "open at the end": len(self.open_intents())}


def sum_of(refunds, state):
    return sum(r["amount"]["minor"] for r in refunds if r["state"] == state)
