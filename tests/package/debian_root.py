"""A fresh Debian 12 root for a test: made once by mmdebstrap from this machine's own package sources and kept as an archive in the build folder; each test
unpacks a copy. Needs root."""

import ctypes
import fcntl
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile

CLONE_NEWNET = 0x40000000
# Caches and books of the package system: not what a package leaves behind.
BOOKS = ("proc", "dev", "sys", "run", "tmp", "var/cache/apt", "var/lib/apt", "var/lib/dpkg", "var/log", "var/cache/debconf", "var/cache/ldconfig")


def sources():
    """This machine's Debian sources, so that a mirror or proxy is used as everywhere else."""
    listed = subprocess.run(["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Origin: Debian", "Identifier: Packages"],
                            check=True, capture_output=True, text=True).stdout
    lines = sorted({f"deb {line}" for line in listed.splitlines() if line.split()[1].startswith("bookworm") and line.split()[2] == "main"})
    if not lines:
        raise SystemExit("apt knows no Debian 12 sources on this machine. Run apt-get update, then start again.")
    return lines


def base_archive(cache):
    archive = cache / "debian12.tar"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        part = cache / "debian12.part.tar"
        proxy = subprocess.run(["apt-config", "shell", "proxy", "Acquire::http::Proxy"], capture_output=True, text=True).stdout.strip()
        options = [f"--aptopt=Acquire::http::Proxy {proxy.split('=', 1)[1].strip(chr(39))!r}".replace("'", '"')] if proxy else []
        made = subprocess.run(["mmdebstrap", "--mode=root", "--variant=apt", "--skip=cleanup/apt", "--aptopt=Acquire::Languages \"none\"", *options, "bookworm", part, "-"],
                              input="\n".join(sources()) + "\n", text=True, capture_output=True)
        if made.returncode != 0:
            raise SystemExit(f"mmdebstrap could not make a Debian 12 root:\n{made.stderr[-3000:]}")
        part.rename(archive)
    return archive


class DebianRoot:
    def __init__(self, cache):
        self.cache = pathlib.Path(cache)

    def __enter__(self):
        archive = base_archive(self.cache)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="root-", dir=self.cache))
        self.folder.chmod(0o755)
        subprocess.run(["tar", "-xpf", archive, "-C", self.folder, "--exclude=./dev/*"], check=True)
        archives = self.cache / "archives"
        (archives / "partial").mkdir(parents=True, exist_ok=True)
        for source, target in (("/dev", "dev"), (archives, "var/cache/apt/archives")):
            subprocess.run(["mount", "--rbind", source, self.folder / target], check=True)
        subprocess.run(["mount", "-t", "proc", "proc", self.folder / "proc"], check=True)
        (self.folder / "etc/dpkg/dpkg.cfg.d/test").write_text("force-unsafe-io\n")
        (self.folder / "etc/apt/apt.conf.d/test").write_text('APT::Keep-Downloaded-Packages "true";\nAPT::Install-Recommends "false";\nAPT::Sandbox::User "root";\n')
        shutil.copy("/etc/resolv.conf", self.folder / "etc/resolv.conf")
        return self

    def __exit__(self, *_):
        for target in ("proc", "var/cache/apt/archives", "dev"):
            subprocess.run(["umount", "-R", "-l", self.folder / target], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *command, check=True, **more):
        environment = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive", "HOME": "/root"}
        done = subprocess.run(["chroot", self.folder, *map(str, command)], capture_output=True, text=True, env=environment, **more)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
        return done

    def install(self, packages):
        """apt, as an administrator does: the files, and from the sources what they depend on."""
        place = self.folder / "tmp/packages"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(pathlib.Path(packages[0]).parent, place, ignore=lambda folder, names: [name for name in names if not name.endswith(".deb")])
        command = ["apt-get", "install", "-y", "-q", *(f"/tmp/packages/{pathlib.Path(package).name}" for package in packages)]
        if self.run(*command, check=False).returncode != 0:  # the kept lists may be older than the archive
            self.run("apt-get", "update", "-q")
            return self.run(*command)

    def files(self):
        skipped = {str(self.folder / book) for book in BOOKS}
        found = set()
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if os.path.join(folder, name) not in skipped]
            found.update(os.path.relpath(os.path.join(folder, name), self.folder) for name in folders + names)
        return found


def own_network():
    """From here on this process and its children have a loopback of their own and nothing else: any port is free, and nobody is reached outside."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1))  # SIOCSIFFLAGS, IFF_UP
