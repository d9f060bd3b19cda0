"""Two programs that answer web requests, each of which asks Amazon: a shopadmin with the plugin, and PHP as shop plugins run it. One object each, with
ask() for one web request, cpu_s() for what the process has used so far and close()."""

import http.client
import json
import os
import pathlib
import shutil
import subprocess
import time
import urllib.parse

from local_server import CHARGE, PERMISSION
from orders import order
from processes import die_with_parent, free_port
from row import CannotMeasure
from staff import Staff
from world import Programs, Shopadmin

SYSTEM_AUTHORITIES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def process_cpu_s(pid):
    """User and system time of the whole process, ended threads included."""
    words = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / TICKS_PER_S


def authorities(bench, server):
    """The system's bundle, as every shop has it, and the authority of the local server."""
    def make():
        path = bench.folder / "authorities.pem"
        path.write_text(SYSTEM_AUTHORITIES.read_text() + server.ca.read_text())
        return path
    return bench.shared("authorities", make)


class PhpShop:
    def __init__(self, key, server, bundle):
        if not shutil.which("php"):
            raise CannotMeasure("PHP is not installed. Install php8.2-cli, php8.2-curl, php8.2-gmp and php-phpseclib3 (./test does it).")
        self.port = free_port()
        environment = dict(os.environ, KEY=str(key), URL=f"{server.url}/v2/charges/{CHARGE}", AUTHORITIES=str(bundle))
        script = pathlib.Path(__file__).with_name("php_request.php")
        self.process = subprocess.Popen(["php", "-d", "opcache.enable_cli=1", "-S", f"127.0.0.1:{self.port}", script], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, preexec_fn=die_with_parent())
        self._wait()

    def _wait(self):
        for _ in range(100):
            try:
                return self.ask()
            except OSError:
                time.sleep(0.05)
        raise CannotMeasure("PHP does not answer.")

    def ask(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/")
        text = connection.getresponse().read()
        connection.close()
        if text != b"Captured":
            raise CannotMeasure(f"PHP answered: {text.decode(errors='replace')[:500]}")

    def cpu_s(self):
        return process_cpu_s(self.process.pid)

    def close(self):
        self.process.terminate()
        self.process.wait(10)


class RunningShop:
    """A shopadmin with one order, paid with the charge the local server knows; staff press "Refresh", which reads permission and charge from Amazon."""
    PLUGIN = "org.amazonpay.plugin"

    def __init__(self, bench, key, server, bundle):
        folder = bench.folder / "shop"
        self.shop = Shopadmin(Programs(bench.build), folder)
        self.shop.add_user("jana", "Jana Brandt", "staff", "a password for a benchmark")
        self.shop.set({"region": "eu", "merchant_id": "A1BENCHMARKER0", "store_id": "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef", "public_key_id": "SANDBOX-BENCH",
                       "service_url": server.url, "ca_file": bundle, "call_rate": "unlimited"}, {"private_key": key})
        one = order("B-1", payment="Captured")["shop"]
        one["payment"] |= {"reference": PERMISSION, "charge_id": CHARGE}
        orders = bench.folder / "orders.json"
        orders.write_text(json.dumps([one]))
        self.shop.import_orders(orders)
        self.shop.start()
        self.staff = Staff(self.shop.port, "jana", "a password for a benchmark")
        self.staff.log_in()
        self._find_button()

    def _find_button(self):
        self.staff.open_order("B-1")
        form, button = self.staff.page.form_with("Refresh")
        self.target = (button.get("formaction") if button is not None else "") or form.action
        self.pairs = form.pairs(button)

    def ask(self):
        """One press of the button: the web request that asks Amazon; the page shown afterwards is not part of it."""
        status, _, text = self.staff.send("POST", self.target, urllib.parse.urlencode(self.pairs))
        if status not in (302, 303):
            raise CannotMeasure(f"the shop answered {status}: {text[:300]}")

    def cpu_s(self):
        return process_cpu_s(self.shop.process.child.pid)

    def close(self):
        self.shop.stop()
