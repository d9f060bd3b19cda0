#!/usr/bin/env python3
"""The life of an installed plugin, with a running shopadmin: installed, replaced while a call runs, gone back from when the new version does not start or ends the
process, rolled back, refused where the data is newer, switched off and on, uninstalled, and what it stored deleted after asking twice."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

import parcels
from test_hostile import Shop

ID = parcels.ID


class Served(Shop):
    """A shop with a running serve, which the test may stop and start."""

    def __init__(self, build, folder):
        super().__init__(build, folder)
        self.log, self.port_file, self.child = pathlib.Path(folder) / "serve.log", pathlib.Path(folder) / "port", None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Nothing stays running; what serve wrote is shown when the test failed."""
        if kind:
            print(self.log.read_text()[-6000:] if self.log.exists() else "")
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()

    def start(self):
        self.port_file.unlink(missing_ok=True)
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen([self.program, "--data", self.data, "serve", "--port", "0", "--port-file", self.port_file, "--workers", "2"], stdout=out, stderr=out)
        until(lambda: self.port_file.exists() or self.child.poll() is not None, "serve is ready")
        return self

    def port(self):
        return int(self.port_file.read_text())

    def alive(self):
        return json.load(urllib.request.urlopen(f"http://127.0.0.1:{self.port()}/health", timeout=60))["alive"]

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        return self.child.wait(30)

    def events(self, name):
        found = []
        for line in self.log.read_text().splitlines(keepends=True):
            if line.startswith("{") and line.endswith("}\n") and f'"{name}"' in line:
                told = json.loads(line)
                found.append({**told, **told.get("fields", {})})
        return [event for event in found if event["event"] == name]

    def plugin(self):
        return {plugin["id"]: plugin for plugin in json.loads(self.run("--json", "plugin", "list", check=True).stdout)}.get(ID)

    def audit(self):
        return [entry["event"] for entry in json.loads(self.run("--json", "audit", "list", check=True).stdout)]


def until(ready, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def equal(found, wanted, what):
    assert found == wanted, f"{what}: wanted {wanted!r}, found {found!r}"


def refused(done, code, words=""):
    assert done.returncode == 1 and f"[{code}]" in done.stderr and words in done.stderr, f"wanted {code} and \"{words}\", found: {done.stdout} {done.stderr}"


def install_and_upgrade(shop, parcel):
    done = shop.run("plugin", "install", parcel["1.0.0"], check=True)
    assert "is installed. It counts from the next start" in done.stdout and "pay.example.org" in done.stdout, done.stdout
    shop.start()
    port, pid = shop.port(), shop.child.pid
    until(lambda: len(shop.events("TINY_ENDS")) >= 2, "the installed plugin works")
    done = shop.run("plugin", "upgrade", parcel["1.1.0"], check=True)
    assert "1.1.0 is installed in place of 1.0.0. The running shopadmin uses it." in done.stdout, done.stdout
    equal(shop.alive(), True, "the pages answer")
    equal((shop.port(), shop.child.poll(), shop.child.pid), (port, None, pid), "the same process serves on the same port")
    until(lambda: any(e["version"] == "1.1.0" for e in shop.events("TINY_ENDS")), "the new version works")
    began, ended = [[e for e in shop.events(name) if e["version"] == "1.0.0"] for name in ("TINY_BEGINS", "TINY_ENDS")]
    equal(len(began), len(ended), "no call of the old version was cut off")
    plugin = shop.plugin()
    equal((plugin["version"], plugin["previous"], plugin["proven"], plugin["problem"]), ("1.1.0", "1.0.0", True, ""), "what is known of it")
    done = shop.run("plugin", "install", parcel["1.1.0"], check=True)
    assert "installed already, nothing was changed" in done.stdout, done.stdout
    refused(shop.run("plugin", "install", parcel["1.0.0"]), "PLUGIN_OLDER", "--downgrade")
    refused(shop.run("plugin", "install", parcel["1.1.0 changed"]), "PLUGIN_SAME_VERSION", "new version number")
    refused(shop.run("plugin", "install", parcel["1.2.0 of another"]), "PLUGIN_OTHER_PUBLISHER", "another publisher")


def fall_back(shop, parcel):
    refused(shop.run("plugin", "install", parcel["1.2.0"]), "PLUGIN_NOT_STARTED", "no licence")
    plugin = shop.plugin()
    equal((plugin["version"], plugin["proven"], "Version 1.1.0 is used again" in plugin["problem"]), ("1.1.0", True, True), "the old version is back")
    equal([(e["failed"], e["version"]) for e in shop.events("PLUGIN_FELL_BACK")], [("1.2.0", "1.1.0")], "the log says so")
    begun = len(shop.events("TINY_ENDS"))
    until(lambda: len(shop.events("TINY_ENDS")) > begun, "and it works")
    equal(sorted(path.name for path in (shop.data / "plugins" / ID).iterdir() if path.is_dir()), ["1.1.0"], "what did not start is gone")
    shop.run("plugin", "install", parcel["1.3.0"], "--no-wait", check=True)
    until(lambda: shop.child.poll() is not None, "the version that ends the process ends it")
    equal(shop.child.returncode, -signal.SIGABRT, "by its abort")
    shop.start()
    plugin = shop.plugin()
    equal((plugin["version"], "ended while this version was starting" in plugin["problem"]), ("1.1.0", True), "the next start goes back")
    equal(shop.audit().count("plugin.fallback"), 2, "the audit has both")


def roll_back(shop, parcel):
    shop.run("plugin", "install", parcel["1.0.0"], "--downgrade", check=True)
    equal((shop.plugin()["version"], shop.plugin()["previous"]), ("1.0.0", "1.1.0"), "the older one, because it was meant")
    done = shop.run("plugin", "rollback", ID, check=True)
    assert "1.1.0 is active again. The running shopadmin uses it." in done.stdout, done.stdout
    shop.run("plugin", "install", parcel["2.0.0"], check=True)
    refused(shop.run("plugin", "rollback", ID), "PLUGIN_DATA_NEWER", "has written version 2")
    refused(shop.run("plugin", "install", parcel["1.1.0"], "--downgrade"), "PLUGIN_DATA_NEWER", "up to version 1")
    refused(shop.run("plugin", "verify", parcel["1.1.0"], "--downgrade"), "PLUGIN_DATA_NEWER")
    equal((shop.plugin()["version"], shop.plugin()["previous"]), ("2.0.0", "1.1.0"), "nothing was changed")
    folder = shop.data / "plugins" / ID / "1.1.0"
    assert "has written version 2" in shop.run("plugin", "check", folder).stderr, "nor is it loaded from a folder"


def switch(shop):
    shop.run("plugin", "disable", ID, check=True)
    until(lambda: len(shop.events("SERVE_STARTS_ANEW")) and shop.alive(), "serve starts anew")
    time.sleep(1.5)
    begun = len(shop.events("TINY_BEGINS"))
    time.sleep(1.2)
    equal(len(shop.events("TINY_BEGINS")), begun, "a plugin that is off does nothing")
    refused(shop.run("plugin", "disable", ID), "PLUGIN_NO_CHANGE")
    shop.run("plugin", "enable", ID, check=True)
    until(lambda: len(shop.events("TINY_BEGINS")) > begun, "switched on it works again")


def uninstall(shop):
    refused(shop.run("plugin", "uninstall", ID, "--purge-data", text=f"{ID}\ndelete {ID}\n"), "PLUGIN_IN_USE")
    began = len(shop.events("SERVE_STARTS_ANEW"))
    done = shop.run("plugin", "uninstall", ID, check=True)
    assert "ledger, settings and keys stay" in done.stdout, done.stdout
    assert not (shop.data / "plugins" / ID).exists(), "its files are gone"
    refused(shop.run("plugin", "uninstall", ID), "PLUGIN_NOT_INSTALLED")
    refused(shop.run("plugin", "rollback", "../../etc"), "PLUGIN_NOT_INSTALLED")
    until(lambda: len(shop.events("SERVE_STARTS_ANEW")) > began and shop.alive(), "serve goes on without it")
    equal(shop.stop(), 0, "serve stops as told")
    before = parcels.snapshot(shop.data)
    for answers in ("", "yes\n", f"{ID}\nyes\n"):
        refused(shop.run("plugin", "uninstall", ID, "--purge-data", text=answers), "PLUGIN_NOT_CONFIRMED")
    equal(parcels.snapshot(shop.data), before, "without the answers nothing changes")
    shop.run("plugin", "uninstall", ID, "--purge-data", text=f"{ID}\ndelete {ID}\n", check=True)
    equal(shop.plugin(), None, "nothing of it is known any more")
    events = shop.audit()
    for event in ("publisher.trust", "plugin.install", "plugin.rollback", "plugin.disable", "plugin.enable", "plugin.uninstall", "plugin.purge"):
        assert event in events, f"the audit has no {event}: {events}"
    equal(shop.run("audit", "verify").returncode, 0, "the audit trail is whole")


def keys_and_making(shop, build, folder):
    """The host's own tool makes what Python's does, the same bytes each time, with a key pair of its own."""
    parts = folder / "parts"
    for name, data in parcels.files(build).items():
        (parts / name).parent.mkdir(parents=True, exist_ok=True)
        (parts / name).write_bytes(data)
    shop.run("plugin", "key", folder / "own.pem", check=True)
    equal(os.stat(folder / "own.pem").st_mode & 0o777, 0o600, "nobody else reads the private key")
    assert "is there already" in shop.run("plugin", "key", folder / "own.pem").stderr, "a key is not overwritten"
    for name in ("a", "b"):
        shop.run("plugin", "pack", parts, "--key", folder / "own.pem", "--output", folder / name, check=True)
    equal((folder / "a").read_bytes(), (folder / "b").read_bytes(), "the same bytes")
    refused(shop.run("plugin", "install", folder / "a"), "PACKAGE_PUBLISHER_UNKNOWN")
    shop.run("plugin", "trust", "add", folder / "own.pub.pem", check=True)
    equal(json.loads(shop.run("--json", "plugin", "verify", folder / "a", check=True).stdout)["publisher"], "own", "now it is known")
    shop.run("plugin", "trust", "remove", "own", check=True)
    refused(shop.run("plugin", "install", folder / "a"), "PACKAGE_PUBLISHER_UNKNOWN")
    (parts / "templates/tiny/more.mustache").symlink_to("list.mustache")
    assert "is a link" in shop.run("plugin", "pack", parts, "--key", folder / "own.pem", "--output", folder / "c").stderr, "links are not packed"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    build = pathlib.Path(parser.parse_args().build).resolve()
    with tempfile.TemporaryDirectory(prefix="amazonpay-life-") as folder:
        folder = pathlib.Path(folder)
        shop, key, other = Served(build, folder), parcels.Key(folder, "publisher"), parcels.Key(folder, "other")
        made = {version: parcels.good(build, key, version) for version in ("1.0.0", "1.1.0", "1.2.0", "1.3.0")}
        made["2.0.0"] = parcels.good(build, key, "2.0.0", data=2)
        made["1.1.0 changed"] = parcels.signed(key, parcels.archive({**parcels.files(build, "1.1.0"), "LICENSE": b"another\n"}))
        made["1.2.0 of another"] = parcels.good(build, other, "1.2.0")
        parcel = {}
        for name, content in made.items():
            parcel[name] = folder / f"{name.replace(' ', '-')}.plugin"
            parcel[name].write_bytes(content)
        with shop:
            for trusted in (key, other):
                shop.run("plugin", "trust", "add", trusted.public, check=True)
            keys_and_making(shop, build, folder)
            install_and_upgrade(shop, parcel)
            fall_back(shop, parcel)
            roll_back(shop, parcel)
            switch(shop)
            uninstall(shop)
    print("installed, upgraded, fallen back, rolled back, switched, uninstalled and purged")
    return 0


if __name__ == "__main__":
    sys.exit(main())
