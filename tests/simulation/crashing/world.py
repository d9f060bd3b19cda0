"""The world that is killed: a sandbox, one database (SQLite, PostgreSQL, or a PostgreSQL primary with a synchronous standby) and one or two shopadmins on it.

A Host keeps its port for ever, so that browsers and Amazon find it again. Hosts are started by the main thread only: a child process dies with the thread
that made it.
"""

import time

from postgres import PostgresPair
from processes import Process, free_port
from world import Shopadmin, World


class Host:
    def __init__(self, shop, port):
        self.shop, self.port, self.name = shop, port, shop.name
        self.kills, self.ended_by_itself = 0, []

    def start(self):
        """Starts and does not wait: it may be killed before it listens."""
        shop = self.shop
        shop.port_file.unlink(missing_ok=True)
        shop.process = Process(shop.name, [shop.programs.shopadmin, *shop._where(), "serve", "--plugin", shop.package, "--port", self.port,
                                           "--port-file", shop.port_file], shop.log)
        shop.port = self.port

    def listens(self):
        return self.shop.port_file.exists()

    def alive(self):
        return self.shop.process is not None and self.shop.process.alive()

    def kill(self):
        """True when a living process was killed."""
        if not self.alive():
            return False
        self.shop.kill()
        self.kills += 1
        return True

    def look_after(self):
        """What a service manager does: starts it again when it ended by itself, which is remembered with its exit code and its last words."""
        if self.alive():
            return
        if self.shop.process is not None and self.shop.process.child.returncode != -9:
            self.ended_by_itself.append((self.shop.process.child.returncode, self.shop.process.tail(3)))
        self.start()


class CrashWorld(World):
    def __init__(self, engine, build, failover=False, **more):
        super().__init__(engine, build, **more)
        self.failover, self.hosts = failover, []

    def make_postgres(self, folder):
        return PostgresPair(folder) if self.failover else super().make_postgres(folder)

    def start(self):
        super().start()
        self.hosts = [Host(self.shop, self.shop.port)]
        if self.engine == "postgresql":
            second = Shopadmin(self.programs, self.shop.folder, self.shop.database, "shopadmin-2")
            self.hosts.append(Host(second, free_port()))
            self.hosts[1].start()
        return self

    def close(self, failed=False):
        for host in self.hosts[1:]:
            host.shop.stop()
        super().close(failed)

    def wait_until_all_listen(self, seconds=60):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for host in self.hosts:
                host.look_after()
            if all(host.listens() for host in self.hosts):
                return
            time.sleep(0.1)
        raise AssertionError("not every shopadmin came up again: " + "; ".join(host.shop.process.tail(5) for host in self.hosts if not host.listens()))
