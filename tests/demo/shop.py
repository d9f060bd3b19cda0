"""The demo shop as a world that stays: its folder is kept between starts, the accounts have demo passwords, the payments move at their own pace."""

import fcntl
import json
import pathlib
import shutil
import signal
import tempfile

import seed
from processes import Died
from world import Programs, Sandbox, Shopadmin, World, connection_settings

PEOPLE = (("owner", "Siobhán Doyle", "owner", "demo owner 1"), ("admin", "山本 健", "administrator", "demo admin 1"),
          ("staff", "Jana Brandt", "staff", "demo staff 1"))


class DemoShop(World):
    PEOPLE = PEOPLE

    def __init__(self, build, folder=None, connects=True):
        """Without a folder: a temporary one, gone afterwards. connects=False: nobody has told the shop of its Amazon account yet."""
        self.connects = connects
        self.engine, self.keep, self.postgres, self.sandbox, self.shop = "sqlite", False, None, None, None
        self.programs, self.references, self.browsers = Programs(build), {}, {}
        self.stays = folder is not None
        self.folder = pathlib.Path(folder).resolve() if folder else pathlib.Path(tempfile.mkdtemp(prefix="amazonpay-demo-"))

    def __enter__(self):
        return self

    def start(self, port=0, reset=False):
        """Answers whether the shop is fresh and has to be filled."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock()
        known = None if reset or not self.connects else self._known()
        if known is None:
            self.forget()
        for log in self.folder.glob("*.log"):
            log.unlink()
        self.sandbox = Sandbox(self.programs, self.folder / "sandbox").start()
        self.control = self.sandbox.control
        self.shop = Shopadmin(self.programs, self.folder / "shop")
        if known is None:
            self.add_people()
            self.connect() if self.connects else self.have_account()
        else:
            self.account = known["account"]
            self.shop.set(connection_settings(self.account, self.sandbox))
        self.shop.start(port)
        self.subscribe() if self.connects else self.control.settings(refund_delay_ms=2000)
        return known is None

    def _lock(self):
        self.lock = open(self.folder / "lock", "w")
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Died(f"It is running already: {self.folder} is in use. Stop the other one first (Ctrl-C there).") from None

    def forget(self):
        for entry in self.folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name != "lock":
                entry.unlink()

    def _known(self):
        try:
            return json.loads((self.folder / "demo.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return None

    def have_account(self):
        """The account of a shop that sells already: its owner finds it in the sandbox's Integration Central."""
        self.account = self.control.key_pair(region="eu", environment="Sandbox")
        del self.account["private_key_pem"]

    def fill(self):
        """Buyers pay, the shop gets the orders, staff do their work of the last days. Only a filled shop is kept."""
        self.control.settings(refund_delay_ms=0, pending_delay_s=6 * seed.DAY)
        made = seed.shelf()
        paid_out = {story: one for story, one in made.items() if story != "captured" or not self.connects}
        self.place(*paid_out.values())
        if not self.connects:
            self.control.settings(refund_delay_ms=2000)
            return made
        seed.read_all(self, self.staff(), paid_out)
        seed.act_out(self, self.staff(), paid_out)
        seed.settle_account(self)
        self.place(made["captured"])  # since then, so that no settlement lists it yet
        self.staff().refresh(seed.number_of(made, "captured"))
        (self.folder / "demo.json").write_text(json.dumps({"account": self.account}))
        return made

    def close(self, failed=False):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not leave half of it running
        if self.stays:
            for part in (self.shop, self.sandbox):
                if part is not None:
                    part.stop()
        else:
            super().close(failed)
