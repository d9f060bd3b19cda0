#!/usr/bin/env python3
"""A package comes through the page Plugins: an owner uploads it, sees what is in it, installs it and goes back; everybody else is turned away; hostile packages are
refused with their reason and change nothing; and while the process starts anew nobody is turned away."""

import argparse
import os
import pathlib
import re
import sys
import tempfile
import threading
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "acceptance"))
import parcels  # noqa: E402
from staff import Staff  # noqa: E402
from test_hostile import hostile  # noqa: E402
from test_life import ID, Served, equal, until  # noqa: E402

PASSWORD = "correct horse battery"
SOME = ("unsigned_archive", "another_key", "byte_of_a_file_altered", "symbolic_link", "dot_dot", "bomb", "doctype", "another_abi", "trailing_data", "duplicate")


class Browser(Staff):
    def upload(self, content, csrf=None, name="tiny.plugin", more=b""):
        token = csrf if csrf is not None else re.search(r'name="csrf" value="([^"]+)"', self.go("/plugins").html).group(1)
        mark = "----form-of-the-test"
        parts = f'--{mark}\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
        body = parts.encode() + content + more + f"\r\n--{mark}--\r\n".encode()
        status, headers, text = self.send("POST", "/plugins/upload", body, {"Content-Type": f"multipart/form-data; boundary={mark}"})
        return (status, self.go(headers["Location"])) if status == 303 else (status, text)


def only_owners(shop, build, key):
    for login in ("adam", "jana"):
        browser = Browser(shop.port(), login, PASSWORD).log_in()
        page = browser.go("/plugins")
        assert 'action="/plugins/upload"' not in page.html, f"{login} is offered no upload"
        token = re.search(r'name="csrf" value="([^"]+)"', browser.go("/account").html).group(1)
        status, text = browser.upload(parcels.good(build, key), csrf=token)
        equal(status, 403, f"{login} may not upload")
        status, _, _ = browser.send("POST", "/plugins/disable", f"csrf={token}&plugin={ID}".encode())
        equal(status, 403, f"{login} may not switch a plugin off")
        status, _ = browser.upload(parcels.good(build, key), csrf=token, more=bytes(1_200_000))
        equal(status, 413, f"{login} may send 1 MB at most")
    stranger = Browser(shop.port(), "nobody", "")
    status, _ = stranger.upload(parcels.good(build, key), csrf="x", more=bytes(1_200_000))
    equal(status, 413, "without a login neither")
    status, _ = Browser(shop.port(), "olga", PASSWORD).log_in().upload(parcels.good(build, key), csrf="guessed")
    equal(status, 403, "nor an owner with another page's token")


def refused_on_the_page(shop, build, key, stranger):
    owner = Browser(shop.port(), "olga", PASSWORD).log_in()
    before = {path: found for path, found in parcels.snapshot(shop.data / "plugins").items() if "lock" not in path}
    for name, code, _, content in hostile(build, key, stranger):
        if name in SOME:
            _, page = owner.upload(content)
            page.must_say(f"[{code}]")
    _, page = owner.upload(b"")
    page.must_say("No file was chosen.")
    after = {path: found for path, found in parcels.snapshot(shop.data / "plugins").items() if "lock" not in path}
    equal(after, before, "nothing was changed")
    equal(len(shop.events("PACKAGE_REFUSED")), len(SOME), "and the log has each of them")
    page = owner.go("/plugins/package?upload=" + "0" * 32)
    page.must_say("Upload it again.")
    owner.go("/plugins/package?upload=../../x").must_say("Upload it again.")


def installed_on_the_page(shop, build, key):
    owner = Browser(shop.port(), "olga", PASSWORD).log_in()
    contents = parcels.files(build)
    contents["templates/tiny/large.mustache"] = os.urandom(3_000_000)
    package = parcels.signed(key, parcels.archive(contents))
    assert len(package) > 1024 * 1024, "a package may be larger than a form"
    _, page = owner.upload(package)
    page.must_say("Install a plugin", ID, "1.0.0", key.fingerprint, "hostapi.core/1", "tiny.view", "pay.example.org", "It is not installed yet.")
    assert not (shop.data / "plugins" / ID).exists(), "nothing is unpacked before the owner confirms"
    turned_away, stop = [], threading.Event()

    def keep_asking():
        while not stop.is_set():
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{shop.port()}/health", timeout=60).read()
            except OSError as error:
                turned_away.append(error)
            time.sleep(0.02)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    owner.press("Install").must_say("Tiny 1.0.0 is installed.")
    until(lambda: len(shop.events("TINY_ENDS")) >= 1, "it works")
    stop.set()
    asking.join()
    equal(turned_away, [], "nobody was turned away while shopadmin started anew")
    owner.go("/plugins").must_say("Tiny", "Loaded", key.fingerprint)
    _, page = owner.upload(parcels.good(build, key, "1.1.0"))
    page.must_say("It takes the place of version 1.0.0, which is kept.")
    owner.press("Install")
    until(lambda: shop.plugin()["proven"] and shop.plugin()["version"] == "1.1.0", "the next version")
    owner.go("/plugins")
    owner.press("Back to 1.0.0")
    until(lambda: shop.plugin()["proven"] and shop.plugin()["version"] == "1.0.0", "and back")
    owner.go("/plugins")
    owner.press("Switch off")
    until(lambda: owner.go("/plugins").says("It is switched off."), "switched off")
    owner.press("Switch on")
    until(lambda: owner.go("/plugins").says("Loaded") and not owner.page.says("switched off"), "and on")
    equal(list((shop.data / "plugins" / ".uploads").iterdir()), [], "uploads that were installed are gone")
    assert shop.audit().count("plugin.install") == 2, "the audit has both"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    build = pathlib.Path(parser.parse_args().build).resolve()
    with tempfile.TemporaryDirectory(prefix="amazonpay-upload-") as folder:
        shop, key, stranger = Served(build, folder), parcels.Key(folder, "publisher"), parcels.Key(folder, "stranger")
        for login, role in (("olga", "owner"), ("adam", "administrator"), ("jana", "staff")):
            shop.run("user", "add", login, "--name", login.title(), "--role", role, "--password-stdin", text=PASSWORD + "\n", check=True)
        shop.run("plugin", "trust", "add", key.public, check=True)
        with shop:
            shop.start()
            only_owners(shop, build, key)
            refused_on_the_page(shop, build, key, stranger)
            installed_on_the_page(shop, build, key)
            equal(shop.stop(), 0, "serve stops as told")
    print("uploaded, looked at, installed, replaced, gone back and switched on the page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
