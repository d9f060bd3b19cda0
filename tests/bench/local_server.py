"""The server all clients ask: nginx with one answer to getCharge (and to getChargePermission), TLS 1.2 and 1.3, connections kept, on a free port of loopback; its certificate is
signed by an authority made for the run. It reads no signature and no database, so the clients are what is measured.

    server = LocalServer(folder); server.port, server.url, server.ca; server.close()
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time

from processes import Process, free_port
from row import CannotMeasure

CHARGE = "S02-1234567-7654321-C012345"
PERMISSION = CHARGE[:19]
PRICE = {"amount": "14.00", "currencyCode": "EUR"}
ANSWER = {
    "chargeId": CHARGE, "chargeAmount": PRICE, "chargePermissionId": PERMISSION, "captureAmount": PRICE, "refundedAmount": {"amount": "5.50", "currencyCode": "EUR"},
    "softDescriptor": "AMZ* Demo Shop", "providerMetadata": {"providerReferenceId": None}, "convertedAmount": None, "conversionRate": None, "channel": None,
    "chargeInitiator": None, "statusDetails": {"state": "Captured", "reasonCode": None, "reasonDescription": None, "lastUpdatedTimestamp": "20250310T101501Z"},
    "creationTimestamp": "20250310T100500Z", "expirationTimestamp": "20250409T100500Z", "releaseEnvironment": "Sandbox",
    "merchantMetadata": {"merchantReferenceId": "10042", "merchantStoreName": "Demo Shop", "noteToBuyer": None, "customInformation": None}, "platformId": None,
    "webCheckoutDetails": None}
PERMISSION_ANSWER = {
    "chargePermissionId": PERMISSION, "chargePermissionReferenceId": None, "chargePermissionType": "OneTime", "presentmentCurrency": "EUR",
    "limits": {"amountLimit": PRICE, "amountBalance": {"amount": "0.00", "currencyCode": "EUR"}}, "buyer": None,
    "statusDetails": {"state": "NonChargeable", "reasons": [{"reasonCode": "ChargeInProgress", "reasonDescription": None}], "lastUpdatedTimestamp": "20250310T101501Z"},
    "creationTimestamp": "20250310T100500Z", "expirationTimestamp": "20250906T100500Z", "releaseEnvironment": "Sandbox",
    "merchantMetadata": {"merchantReferenceId": "10042", "merchantStoreName": "Demo Shop", "noteToBuyer": None, "customInformation": None}}

SETTINGS = """
worker_processes 2;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    default_type application/json;
    add_header x-amz-pay-request-id 5f3b9f0c-1111-4222-8333-444455556666 always;
    location = /v2/charges/{charge} {{ return 200 '{answer}'; }}
    location = /v2/chargePermissions/{permission} {{ return 200 '{permission_answer}'; }}
    location / {{ return 404 '{{"reasonCode":"ResourceNotFound","message":"this server knows one charge"}}'; }}
  }}
}}
"""


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_certificates(folder):
    """ca.pem, server.pem, server.key: for localhost and 127.0.0.1. Elliptic curves, so that the server's side of a handshake is cheap."""
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    openssl("req", "-x509", *curve, "-keyout", folder / "ca.key", "-out", folder / "ca.pem", "-days", 2, "-subj", "/CN=authority of a benchmark",
            "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
    openssl("req", *curve, "-keyout", folder / "server.key", "-out", folder / "server.csr", "-subj", "/CN=localhost")
    (folder / "server.ext").write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
    openssl("x509", "-req", "-in", folder / "server.csr", "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key", "-CAcreateserial", "-days", 2,
            "-extfile", folder / "server.ext", "-out", folder / "server.pem")


class LocalServer:
    def __init__(self, folder):
        program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not program:
            raise CannotMeasure("nginx is not installed. Install the Debian package nginx-light (./test does it).")
        self.folder = pathlib.Path(folder) / "server"
        self.folder.mkdir(mode=0o755)
        make_certificates(self.folder)
        self.ca, self.port = self.folder / "ca.pem", free_port()
        self.url = f"https://localhost:{self.port}"
        settings = self.folder / "nginx.conf"
        settings.write_text(SETTINGS.format(folder=self.folder, port=self.port, charge=CHARGE, answer=json.dumps(ANSWER), permission=PERMISSION,
                                            permission_answer=json.dumps(PERMISSION_ANSWER)))
        self.process = Process("nginx", [program, "-e", self.folder / "nginx.log", "-p", self.folder, "-c", settings], self.folder / "nginx.out")
        self._wait()

    def _wait(self):
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self.close()
        raise CannotMeasure(f"nginx does not listen: {(self.folder / 'nginx.log').read_text()}")

    def close(self):
        self.process.stop()
