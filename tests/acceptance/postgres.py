"""A PostgreSQL cluster of its own in a folder, on loopback and a free port, gone afterwards. PostgreSQL refuses to run as root: then it runs as the user
postgres, which the Debian package makes."""

import os
import pathlib
import signal
import socket
import time

import processes

LIBRARIES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) if pathlib.Path("/usr/lib/postgresql").exists() else []


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postgres:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.identity = {}
        if os.geteuid() == 0:
            os.chown(self.folder, *self._postgres_ids())
            self.identity = {"user": "postgres", "group": "postgres", "extra_groups": []}
        data = self.folder / "data"
        processes.run([processes.find_program("initdb", *LIBRARIES), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                       "--no-sync"], cwd=self.folder, **self.identity)
        self.port = free_port()
        self.process = processes.Process("postgres", [
            processes.find_program("postgres", *LIBRARIES), "-D", data, "-p", self.port, "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "shared_buffers=32MB", "-c", "max_connections=60"],
            self.folder.parent / "postgres.log", stop_signal=signal.SIGINT, cwd=self.folder, **self.identity)
        self._wait()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @staticmethod
    def _postgres_ids():
        import pwd
        user = pwd.getpwnam("postgres")
        return user.pw_uid, user.pw_gid

    def _wait(self):
        deadline = time.monotonic() + 30
        ready = processes.find_program("pg_isready", *LIBRARIES)
        while time.monotonic() < deadline:
            if processes.run([ready, "-h", "127.0.0.1", "-p", self.port, "-U", "postgres"], check=False).returncode == 0:
                return
            if not self.process.alive():
                break
            time.sleep(0.05)
        raise processes.Died(f"postgres did not start:\n{self.process.tail()}")

    def stop(self):
        self.process.stop()
