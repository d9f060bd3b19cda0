"""PostgreSQL servers of a test's own, on loopback and free ports, gone afterwards: `Postgres` is one, `PostgresPair` a primary with a synchronous standby that
can be promoted. PostgreSQL refuses to run as root: then it runs as the user postgres, which the Debian package makes.

fsync is off: what a server has committed survives the death of its processes, not of the machine.
"""

import os
import pathlib
import shutil
import signal
import time

import processes

LIBRARIES = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) if pathlib.Path("/usr/lib/postgresql").exists() else []
OPTIONS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "shared_buffers=32MB", "max_connections=60")


def program(name):
    return processes.find_program(name, *LIBRARIES)


def owner_of(folder):
    """Who runs the servers, as keywords of a child process."""
    if os.geteuid() != 0:
        return {}
    import pwd
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def children_of(pid):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


class Server:
    """One PostgreSQL server: a data folder and a port it keeps."""

    def __init__(self, folder, name="postgres", options=()):
        self.folder, self.name, self.options = pathlib.Path(folder), name, options
        self.data, self.port, self.process = self.folder / name, processes.free_port(), None
        self.identity = owner_of(self.folder)
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def run(self, name, *words, **more):
        return processes.run([program(name), *words], cwd=self.folder, **self.identity, **more)

    def make(self):
        self.run("initdb", "-D", self.data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1")
        return self

    def copy_of(self, other):
        """Becomes a standby of `other`, whatever was here before."""
        shutil.rmtree(self.data, ignore_errors=True)
        self.run("pg_basebackup", "-h", "127.0.0.1", "-p", other.port, "-U", "postgres", "-D", self.data, "-X", "stream", "-R", "-c", "fast", "--no-sync",
                 "--no-manifest")
        return self

    def start(self):
        settings = [word for option in (*OPTIONS, *self.options) for word in ("-c", option)]
        self.process = processes.Process(self.name, [program("postgres"), "-D", self.data, "-p", self.port, *settings], self.folder.parent / f"{self.name}.log",
                                         stop_signal=signal.SIGINT, cwd=self.folder, **self.identity)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.alive():
            if processes.run([program("pg_isready"), "-h", "127.0.0.1", "-p", self.port, "-U", "postgres"], check=False).returncode == 0:
                return self
            time.sleep(0.05)
        raise processes.Died(f"postgres did not start:\n{self.process.tail()}")

    def sql(self, statement):
        """The rows of one statement, values separated by tabs."""
        done = processes.run([program("psql"), "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url, "-c", statement])
        return done.stdout.rstrip("\n").split("\n") if done.stdout else []

    def kill(self):
        """SIGKILL to every process of the server, so that none of them finishes anything."""
        if self.process is None or not self.process.alive():
            return
        main = self.process.child.pid
        os.kill(main, signal.SIGSTOP)
        children = children_of(main)
        for pid in (*children, main):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.child.wait()

    def stop(self):
        if self.process is not None:
            self.process.stop()


class Postgres:
    """One server, made and running."""

    def __init__(self, folder):
        pathlib.Path(folder).mkdir(parents=True)
        self.server = Server(folder).make().start()
        self.port, self.url = self.server.port, self.server.url

    def sql(self, statement):
        return self.server.sql(statement)

    def stop(self):
        self.server.stop()


class PostgresPair:
    """A primary and a synchronous standby: nothing is committed before both have it. `url` names both, so that a client finds the one that may be written."""

    SYNCHRONOUS = ("wal_level=replica", "max_wal_senders=6", "hot_standby=on", "synchronous_commit=remote_apply")

    def __init__(self, folder):
        pathlib.Path(folder).mkdir(parents=True)
        self.primary = Server(folder, "postgres-1", self.SYNCHRONOUS).make().start()
        self.standby = Server(folder, "postgres-2", self.SYNCHRONOUS)
        ports = ",".join(f"127.0.0.1:{one.port}" for one in (self.primary, self.standby))
        self.url = f"postgresql://postgres@{ports}/postgres?target_session_attrs=read-write"
        self.add_standby()

    def sql(self, statement):
        return self.primary.sql(statement)

    def add_standby(self):
        """Builds the standby from the primary; from then on every commit waits for it."""
        self.standby.copy_of(self.primary).start()
        self._require("*")
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.primary.sql("SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'") == ["sync"]:
                return self
            time.sleep(0.05)
        raise processes.Died(f"the standby does not follow:\n{self.standby.process.tail()}")

    def fail_over(self):
        """The primary dies in the middle of whatever it does, and the standby becomes the primary. There is no standby afterwards: see add_standby."""
        self.primary.kill()
        self.primary, self.standby = self.standby, self.primary
        self.primary.sql("SELECT pg_promote(true, 30)")
        self._require("")

    def _require(self, standbys):
        self.primary.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{standbys}'")
        self.primary.sql("SELECT pg_reload_conf()")

    def stop(self):
        for server in (self.standby, self.primary):
            server.stop()
