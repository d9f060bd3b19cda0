"""T11, T12 against real servers: Amazon's notifications reach the order in whatever order and number they come; forged ones reach nothing."""

import json
import re
import urllib.error
import urllib.request

from cases import case, check, equal
from orders import order

PAGE = "/plugin/org.amazonpay.plugin/notifications"


def post(world, body, path="/webhooks/amazonpay/notifications", method="POST", **headers):
    """What anyone on the internet can do. Answers the status."""
    request = urllib.request.Request(f"http://127.0.0.1:{world.shop.port}{path}", data=body, method=method, headers={"Content-Type": "text/plain; charset=UTF-8", **headers})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except (ConnectionError, urllib.error.URLError):
        return "closed"


def events(world, event_id):
    return [line for line in world.shop.log.read_text(errors="replace").splitlines() if event_id in line]


@case("T11_notifications_reach_the_order_shuffled_and_doubled")
def shuffled(world):
    world.place(order("N-1", payment="Captured"), order("N-2", payment="Authorized"))
    world.subscribe(delay_ms=0, duplicates=2, reorder=6, seed=11, signature_version="2")
    # Not a finger is lifted in the shop: everything below is made in Seller Central and only told by notifications.
    for _ in range(3):
        world.control.seller_central(act="refund", charge_permission_id=world.references["N-1"], amount="7.00")
    world.control.seller_central(act="capture", charge_permission_id=world.references["N-2"])
    world.control.post("/notifications/release", {})
    staff = world.staff()
    world.until(lambda: staff.word("N-2") == "Captured", "the capture made in Seller Central shows without a refresh")
    world.until(lambda: (staff.open_order("N-1"), "21.00" in staff.page.text)[1], "the three refunds show as drift")
    staff.page.must_say("Amazon shows a refund this shop did not start")
    world.settle()
    page = staff.go(PAGE)
    check(re.search(r"came \d+ times", page.text), "the page counts repeated deliveries")
    check("Quarantine" not in page.text, "nothing is in quarantine")
    # What polling alone would have read is the same.
    before = (staff.word("N-1"), staff.figures())
    staff.refresh("N-1")
    world.settle()
    equal((staff.word("N-1"), staff.figures()), before, "a reading at Amazon changes nothing")
    staff.act("N-1", "Take over 21.00 EUR")
    world.settle()
    staff.open_order("N-1")
    check("did not start" not in staff.page.text, "taken over")
    equal(world.moved("N-1", "refund"), [700, 700, 700], "no money moved by taking over")


@case("T12_forged_notifications_are_refused_and_logged_once")
def forged(world):
    world.place(order("N-3", payment="Captured"))
    subscription = world.subscribe(delay_ms=0, hold=True)
    world.control.seller_central(act="refund", charge_permission_id=world.references["N-3"], amount="7.00")
    good = next(n for n in world.control.get("/notifications")["notifications"] if n["state"] != "delivered")
    envelope = {"Type": "Notification", "MessageId": "11111111-2222-3333-4444-555555555555", "TopicArn": subscription["topic_arn"],
                "Message": json.dumps({"MerchantID": world.account["merchant_id"], "ObjectType": "REFUND", "ObjectId": "S02-1-1-R1", "ChargePermissionId": world.references["N-3"],
                                       "NotificationType": "STATE_CHANGE", "NotificationId": "n", "NotificationVersion": "V2"}),
                "Timestamp": "2026-11-22T10:00:00.000Z", "SignatureVersion": "1", "Signature": "QUJD", "SigningCertURL": subscription["signing_cert_url"]}
    refused = 0
    for name, changes in {"a made up signature": {}, "another topic": {"TopicArn": "arn:aws:sns:eu-west-1:666666666666:evil"}, "another host": {"SigningCertURL": "https://localhost:1/SimpleNotificationService-" + "0" * 32 + ".pem"},
                          "a look-alike host": {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.example/SimpleNotificationService-" + "0" * 32 + ".pem"},
                          "plain http": {"SigningCertURL": subscription["signing_cert_url"].replace("https", "http")}, "signature version 3": {"SignatureVersion": "3"}}.items():
        equal(post(world, json.dumps(envelope | changes).encode()), 400, name)
        refused += 1
    for name, body in {"no JSON": b"hello", "an empty body": b"", "deep JSON": b"[" * 100_000, "broken UTF-8": b'{"Type":"\xff\xfe"}'}.items():
        equal(post(world, body), 400, name)
        refused += 1
    check(post(world, b'{"a":"' + b"x" * 300_000 + b'"}') == 413, "a body above the limit")
    check(post(world, b"x" * 5_000_000) in (413, "closed"), "5 MB")
    equal(post(world, b"{}", method="PUT"), 405, "another method")
    equal(post(world, b"{}", path="/webhooks/amazonpay/elsewhere"), 404, "another path")
    equal(post(world, b"{}", path="/webhooks/nobody/notifications"), 404, "another plugin")
    world.until(lambda: len(events(world, "AMAZONPAY_NOTIFICATION_REFUSED")) >= refused, "each one is logged")
    equal(len(events(world, "AMAZONPAY_NOTIFICATION_REFUSED")), refused, "once each")
    check("QUJD" not in world.shop.log.read_text(errors="replace"), "no body is logged")
    world.settle()
    staff = world.staff()
    check("No notification has arrived yet" in staff.go(PAGE).text, "nothing was stored")
    # The real one, held back all the while, arrives after all of them.
    world.control.post("/notifications/release", {})
    world.until(lambda: (staff.open_order("N-3"), "did not start" in staff.page.text)[1], f"{good['message_id']} arrives")


@case("notifications_wait_until_a_person_confirms_their_topic")
def topic(world):
    world.place(order("N-4", payment="Captured"))
    world.subscribe(delay_ms=0, confirm_topic=False)
    world.control.seller_central(act="refund", charge_permission_id=world.references["N-4"], amount="5.00")
    staff, admin = world.staff(), world.administrator()
    world.until(lambda: "nobody has confirmed the topic" in staff.go(PAGE).text, "they wait in quarantine")
    check("Confirm this topic" not in staff.page.text, "staff cannot confirm")
    admin.go(PAGE)
    admin.press("Confirm this topic")
    admin.page.must_say("The topic is confirmed")
    world.until(lambda: (staff.open_order("N-4"), "did not start" in staff.page.text)[1], "what waited is worked off")
    check("nobody has confirmed" not in admin.go(PAGE).text, "the quarantine is empty")


@case("a_checkout_not_finished_becomes_a_payment_when_the_buyer_pays")
def checkout(world):
    world.place(order("N-5", payment="Open"))
    staff = world.staff()
    world.until(lambda: "has not finished the checkout" in staff.open_order("N-5").text, "the order says that the buyer is at the checkout")
    equal(staff.verdict()[0], "Pending", "the word")
    world.control.post(f"/checkout-sessions/{world.references['N-5']}/complete", {})
    staff.refresh("N-5")
    equal(staff.word("N-5"), "Reserved", "the word after the buyer paid")


@case("shipping_captures_and_tells_amazon_about_the_parcel")
def shipping(world):
    world.shop.set({"capture_mode": "on_shipping"})
    world.place(order("N-6", payment="Authorized"), order("N-7", payment="Authorized"))
    staff = world.staff()
    for number, carrier in (("N-6", "DHL"), ("N-7", "Pigeon Post")):
        staff.open_order(number)
        staff.tab("Main")
        staff.press("Ship now…", carrier=carrier, tracking_number="JJD0003900" + number[-1])
        staff.confirm()
        world.until(lambda: world.moved(number, "capture") == [7500], f"{number} is captured on shipping")
    world.until(lambda: world.control.get("/requests")["by_operation"].get("createDeliveryTracker", {}).get("200") == 1, "Amazon knows the parcel")
    world.until(lambda: any("Delivery tracking refused" in title for title, _ in (staff.open_order("N-7"), staff.tasks())[1]), "a carrier Amazon does not know becomes a task")
    equal(staff.word("N-7"), "Captured", "and leaves the capture as it is")
