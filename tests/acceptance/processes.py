"""Child processes that never outlive us: they get SIGTERM when this process dies by any cause, their output goes to a log file, and they tell that they
are ready by writing a file."""

import ctypes
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time

PR_SET_PDEATHSIG = 1
REFUSED_BY_BROWSERS = 10_080
OUTGOING = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")  # the ports the system gives to those who connect


class Died(RuntimeError):
    pass


def die_with_parent(how=signal.SIGTERM):
    libc = ctypes.CDLL(None, use_errno=True)

    def set_in_child():
        libc.prctl(PR_SET_PDEATHSIG, how)

    return set_in_child


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port():
    """One that nobody gets while its server is away: of those for outgoing connections another may, and whoever tries to reach the server may even connect to itself."""
    last = max(int(OUTGOING.read_text().split()[0]), 20_000) - 1
    while (port := random.SystemRandom().randint(10_000, last)) == REFUSED_BY_BROWSERS or not is_free(port):
        pass
    return port


def clean_environment():
    """Without this machine's certificate settings, so that only what a test configures is trusted."""
    kept = {k: v for k, v in os.environ.items() if k not in ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")}
    kept.update(LC_ALL="C.UTF-8", TZ="UTC", SHOPADMIN_CONFIG="")  # nor an installed shopadmin's settings
    return kept


class Process:
    def __init__(self, name, command, log, stop_signal=signal.SIGTERM, **popen):
        self.name, self.log, self.stop_signal = name, pathlib.Path(log), stop_signal
        self.command = [str(part) for part in command]
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=clean_environment(),
                                          start_new_session=True, preexec_fn=die_with_parent(stop_signal), **popen)

    def alive(self):
        return self.child.poll() is None

    def wait_for_file(self, path, seconds=30):
        """The JSON in `path` once it is there; Died with the log's tail when the process ends before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                return json.loads(pathlib.Path(path).read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                pass
            if not self.alive():
                raise Died(f"{self.name} ended with exit code {self.child.returncode}:\n{self.tail()}")
            time.sleep(0.02)
        raise Died(f"{self.name} was not ready within {seconds} s:\n{self.tail()}")

    def stop(self, seconds=10):
        """Asks politely, then insists. Answers the exit code."""
        if self.alive():
            self.child.send_signal(self.stop_signal)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.child.returncode

    def kill(self):
        if self.alive():
            self.child.kill()
            self.child.wait()

    def tail(self, lines=40):
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except FileNotFoundError:
            return "(no output)"


def run(command, timeout_s=120, check=True, **more):
    """A command to its end: CompletedProcess with texts."""
    done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL if "input" not in more else None, capture_output=True, text=True,
                          env=clean_environment(), timeout=timeout_s, preexec_fn=die_with_parent(), **more)
    if check and done.returncode != 0:
        raise Died(f"{' '.join(str(p) for p in command)} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done


def find_program(name, *further):
    """A program of the path or of these folders; Debian keeps PostgreSQL's servers outside of the path."""
    found = shutil.which(name)
    if found:
        return pathlib.Path(found)
    for folder in further:
        if (pathlib.Path(folder) / name).exists():
            return pathlib.Path(folder) / name
    raise Died(f"the program {name} is not installed")
