"""nginx before several shopadmins, with the very file that package/nginx gives to operators; only addresses, ports and TLS are the test's own.

    with Balancer(folder, ports) as balancer: balancer.port; balancer.served() -> which server answered each request
"""

import collections
import os
import pathlib
import re
import shutil
import socket
import time

from processes import Died, Process, free_port, run
from world import SOURCE

MAIN = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  log_format upstream '$upstream_addr|$status|$request';
  access_log {folder}/access.log upstream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{site}
}}
"""


class Balancer:
    def __init__(self, folder, ports):
        self.program = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
        if not self.program:
            raise Died("nginx is not installed; ./test installs nginx-light")
        self.folder, self.port = pathlib.Path(folder), free_port()
        self.folder.mkdir()
        self.settings = self.folder / "nginx.conf"
        self.settings.write_text(MAIN.format(folder=self.folder, site=self.site(ports)))
        run([self.program, "-t", "-e", self.folder / "nginx.log", "-p", self.folder, "-c", self.settings])

    def site(self, ports):
        """The operators' file with this test's addresses."""
        text = (SOURCE / "package/nginx/shopadmin.conf").read_text()
        addresses = re.findall(r"server (10\.\S+)", text)
        if len(addresses) != len(ports):
            raise AssertionError(f"package/nginx/shopadmin.conf names {addresses}, the test has {len(ports)} servers")
        for address, port in zip(addresses, ports):
            text = text.replace(address, f"127.0.0.1:{port}")
        for there, here in (("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"), ("listen 80;", f"listen 127.0.0.1:{free_port()};")):
            if there not in text:
                raise AssertionError(f"package/nginx/shopadmin.conf has no {there!r} any more")
            text = text.replace(there, here)
        return re.sub(r"\n *ssl_certificate.*", "", text)

    def __enter__(self):
        self.process = Process("nginx", [self.program, "-e", self.folder / "nginx.log", "-p", self.folder, "-c", self.settings], self.folder / "out.log")
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.02)
        raise Died(f"nginx does not listen: {(self.folder / 'nginx.log').read_text()}")

    def __exit__(self, *_):
        self.process.stop()

    def served(self):
        """How many answers each server's port gave, the one that answered in the end."""
        lines = (self.folder / "access.log").read_text().splitlines()
        return collections.Counter(int(line.split("|")[0].rsplit(":", 1)[-1]) for line in lines if not line.startswith("-"))
