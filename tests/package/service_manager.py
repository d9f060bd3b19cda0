"""A service manager for one Debian root: does what systemd does with the units of our packages, as far as it can be seen from inside, so that the packages'
own scripts start, restart and stop the services. Inside, systemctl is replaced by a script that asks
this process through two pipes.

    with ServiceManager(root, logs) as manager:
        manager.start("shopadmin.service")     # as the unit's user, without capabilities, everything read-only but its state folder, ready when it says so
"""

import configparser
import os
import pathlib
import shlex
import signal
import socket
import subprocess
import threading
import time

SYSTEMCTL = """#!/bin/sh
echo "$*" >/run/units.ask
read -r code text </run/units.answer
[ -z "$text" ] || echo "$text"
exit "$code"
"""
# What ProtectSystem=strict, PrivateTmp and StateDirectory mean.
CONFINED = """set -e
mount --rbind "$0" "$0"
mount --bind "$0/var/lib/$1" "$0/var/lib/$1"
mount -o remount,bind,ro "$0"
mount -o remount,bind,rw "$0/var/lib/$1"
mount -t tmpfs tmpfs "$0/tmp"
root=$0; shift
exec chroot "$root" "$@"
"""


class Unit:
    def __init__(self, root, name):
        parser = configparser.RawConfigParser(strict=False, comment_prefixes=("#", ";"), delimiters=("=",))
        parser.optionxform = str
        parser.read(root / "lib/systemd/system" / name)
        service = parser["Service"]
        self.name, self.user, self.group, self.state = name, service["User"], service["Group"], service["StateDirectory"]
        self.mode, self.umask = int(service["StateDirectoryMode"], 8), service["UMask"]
        self.command, self.notifies = shlex.split(service["ExecStart"]), service["Type"] == "notify"
        self.environment_file = service.get("EnvironmentFile", "").removeprefix("-")

    def environment(self, root):
        path = root / self.environment_file.lstrip("/")
        lines = path.read_text().splitlines() if self.environment_file and path.exists() else []
        return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


class ServiceManager:
    def __init__(self, root, logs):
        self.root, self.logs = pathlib.Path(root), pathlib.Path(logs)
        self.running, self.orders, self.on_order = {}, [], None
        self.ask, self.answer = self.root / "run/units.ask", self.root / "run/units.answer"

    def __enter__(self):
        (self.root / "run/systemd/system").mkdir(parents=True, exist_ok=True)
        self.program = self.root / "usr/bin/systemctl"
        self.program.rename(self.program.with_suffix(".real"))
        self.program.write_text(SYSTEMCTL)
        self.program.chmod(0o755)
        for pipe in (self.ask, self.answer):
            os.mkfifo(pipe)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        for name in list(self.running):
            self.stop(name)
        self.ask.write_text("end\n")
        self.thread.join(10)
        for path in (self.ask, self.answer, self.program):
            path.unlink()
        (self.root / "run/systemd/system").rmdir()
        self.program.with_suffix(".real").rename(self.program)

    def _serve(self):
        while True:
            words = [word for word in self.ask.read_text().split() if not word.startswith("-")]
            if words == ["end"]:
                return
            code, text = self._obey(*words) if words else (0, "")
            self.answer.write_text(f"{code} {text}\n")

    def _obey(self, verb, *units):
        self.orders.append((verb, *units))
        try:
            if verb in ("start", "restart", "stop") and self.on_order:
                self.on_order(verb, *units)
            if verb in ("preset", "enable", "disable", "mask", "unmask"):  # files only: the real one does it without a running systemd
                done = subprocess.run(["chroot", self.root, "env", "SYSTEMD_OFFLINE=1", "/usr/bin/systemctl.real", verb, *units], capture_output=True, text=True)
                return done.returncode, ""
            if verb == "is-enabled":
                enabled = any(os.path.lexists(folder / units[0]) for folder in self.root.glob("etc/systemd/system/*.wants"))
                return (0, "enabled") if enabled else (1, "disabled")
            if verb == "is-active":
                return (0, "active") if self.active(units[0]) else (3, "inactive")
            for unit in units:
                if verb in ("stop", "restart"):
                    self.stop(unit)
                if verb in ("start", "restart") and not self.active(unit):
                    self.start(unit)
            return 0, ""
        except Exception as error:  # told to the package's script and to the log, as systemd does
            print(f"systemctl {verb} {' '.join(units)}: {error}", flush=True)
            return 1, ""

    def active(self, name):
        return name in self.running and self.running[name].poll() is None

    def start(self, name, seconds=60):
        unit = Unit(self.root, name)
        state = self.root / "var/lib" / unit.state
        state.mkdir(exist_ok=True)
        owner = subprocess.run(["chroot", self.root, "sh", "-c", f"id -u {unit.user}; id -g {unit.user}"], check=True, capture_output=True, text=True).stdout.split()
        os.chown(state, int(owner[0]), int(owner[1]))
        state.chmod(unit.mode)
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "USER": unit.user} | unit.environment(self.root)
        notify = self._notify_socket(unit, environment)
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", CONFINED, self.root, unit.state,
                   "setpriv", "--reuid", unit.user, "--regid", unit.group, "--init-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all",
                   "sh", "-c", f"umask {unit.umask}; exec \"$@\"", "unit", *unit.command]
        with open(self.logs / f"{name}.log", "ab") as log:
            self.running[name] = subprocess.Popen([str(word) for word in command], env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._wait_until_ready(name, notify, seconds)

    def _notify_socket(self, unit, environment):
        if not unit.notifies:
            return None
        path = self.root / "run" / f"{unit.name}.notify"
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(str(path))
        path.chmod(0o777)
        listener.settimeout(0.2)
        environment["NOTIFY_SOCKET"] = f"/run/{unit.name}.notify"
        return listener

    def _wait_until_ready(self, name, notify, seconds):
        deadline = time.monotonic() + seconds
        while notify and time.monotonic() < deadline:
            if not self.active(name):
                break
            try:
                if b"READY=1" in notify.recv(4096):
                    notify.close()
                    (self.root / "run" / f"{name}.notify").unlink()
                    return
            except TimeoutError:
                pass
        if notify:
            tail = "\n".join((self.logs / f"{name}.log").read_text(errors="replace").splitlines()[-20:])
            raise AssertionError(f"{name} did not become ready (exit code {self.running[name].poll()}):\n{tail}")

    def stop(self, name):
        process = self.running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError(f"{name} did not stop within a minute") from None
