"""T12, the part that needs a signer: messages the sandbox really signs, whose certificates the plugin really downloads. Good ones of both versions arrive,
a subscription is confirmed, and what only looks good is refused with its reason."""

import json

from cases import case, equal
from orders import order

TOPIC = "arn:aws:sns:eu-west-1:123456789012:amazonpay-test"
PEM = "/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"


def subscribe(world, version):
    world.shop.set({"notification_topic": TOPIC})  # whose certificates count follows from the service address
    world.control.post("/notifications", {"public_key_id": world.account["public_key_id"], "url": f"http://127.0.0.1:{world.shop.port}/webhooks/amazonpay/notifications",
                                          "topic_arn": TOPIC, "signature_version": version, "delay_ms": 0, "confirm": True})


def events(world, name):
    return [json.loads(line) for line in world.shop.log.read_text(errors="replace").splitlines() if f'"{name}"' in line]


def refused(world):
    return [line["fields"]["code"] for line in events(world, "AMAZONPAY_NOTIFICATION_REFUSED")]


def send(world, **what):
    """One message as told; answers the status the shop gave."""
    message = {"MerchantID": world.account["merchant_id"], "ObjectType": "CHARGE_PERMISSION", "ObjectId": world.references["A-12"],
               "ChargePermissionId": world.references["A-12"], "NotificationType": "STATE_CHANGE", "NotificationId": "n", "NotificationVersion": "V2"}
    made = world.control.post("/notifications/send", {"public_key_id": world.account["public_key_id"], "message": message} | what)

    def sent():
        every = world.control.get("/notifications?limit=1000")["notifications"]
        return next(one for one in every if one["message_id"] == made["message_id"])

    world.until(lambda: sent()["tries"] > 0, "the message is sent")
    return sent()["last_status"]


def page_says(staff, text):
    staff.open_order("A-12")
    return text in staff.page.text


@case("T12_signed_notifications_arrive_unless_something_is_wrong")
def signed(world):
    world.place(order("A-12", payment="Captured"))
    staff = world.staff()
    for version, confirmed, shown in (("1", 1, "10.00"), ("2", 2, "20.00")):
        subscribe(world, version)
        world.until(lambda: len(events(world, "AMAZONPAY_NOTIFICATION_CONFIRMED")) == confirmed, "the subscription is confirmed")
        world.control.seller_central(act="refund", charge_permission_id=world.references["A-12"], amount="10.00")
        world.until(lambda: page_says(staff, shown), f"a notification of version {version} tells of Seller Central's refund")
    equal(refused(world), [], "nothing was refused so far")
    for code, what in (
        ("other_topic", {"envelope": {"TopicArn": TOPIC + "-2"}}),
        ("certificate_url", {"envelope": {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com" + PEM}}),  # Amazon's own do not count with a test service
        ("certificate_unreachable", {"envelope": {"SigningCertURL": f"https://localhost:{world.sandbox.port}" + PEM}}),
        ("certificate_expired", {"certificate": "expired"}),
        ("certificate_untrusted", {"certificate": "self_signed"}),
        ("bad_signature", {"after_signing": {"Message": "{}"}}),
        ("bad_signature", {"after_signing": {"Subject": "x"}}),
        ("bad_signature_version", {"signature_version": "3"}),
    ):
        before = len(refused(world))
        equal(send(world, **what), 400, f"the answer to a message with {code}")
        equal(refused(world)[before:], [code], "the log names the reason, once")
    equal(send(world), 200, "a good one is still taken")
