"""The control interface of amazonpay-sandbox: makes orders as buyers would, moves the clock, breaks things on purpose, and tells what money moved. The
figures of tests come from here, never from the plugin."""

import json
import urllib.error
import urllib.parse
import urllib.request


class ControlError(RuntimeError):
    pass


class SandboxControl:
    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}/control"
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(self, method, path, body=None):
        data = json.dumps(body).encode() if body is not None else (b"" if method == "POST" else None)
        request = urllib.request.Request(self.base + path, data=data, method=method, headers={"Content-Type": "application/json"})
        try:
            with self.opener.open(request, timeout=60) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            raise ControlError(f"{method} {path} answered {error.code}: {error.read().decode(errors='replace')}") from None

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body):
        return self.ask("POST", path, body)

    def key_pair(self, **merchant):
        return self.post("/keypair", merchant)

    def orders(self, orders):
        return self.post("/orders/batch", {"orders": orders})["orders"]

    def settings(self, **changes):
        return self.post("/settings", changes)

    def advance(self, seconds):
        return self.post("/clock", {"advance_s": int(seconds)})

    def fault(self, **fault):
        return self.post("/faults", fault)

    def clear_faults(self):
        return self.ask("DELETE", "/faults")

    def seller_central(self, **act):
        return self.post("/seller-central", act)

    def object(self, identity):
        return self.get("/objects/" + urllib.parse.quote(identity))

    def requests(self):
        """The last 50."""
        return self.get("/requests")["last"]

    def movements(self, permission_id=None):
        query = "?" + urllib.parse.urlencode({"charge_permission_id": permission_id}) if permission_id else ""
        return self.get("/movements" + query)["movements"]

    def totals(self):
        return self.get("/movements")["totals"]

    def moved(self, permission_id, kind):
        """Amounts of one kind of movement (authorize, capture, cancel, refund, refund_settled, refund_declined) for one order."""
        return [m["amount_minor"] for m in self.movements(permission_id) if m["kind"] == kind]
