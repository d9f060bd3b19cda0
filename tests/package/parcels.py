"""Portable packages as a publisher, a careless one or an attacker would make them, written without the host's own code: tar and gzip are Python's, the signature
is the openssl program's. So the form in hostapi/README.md is tested, not only that reader and maker agree."""

import gzip
import hashlib
import io
import os
import pathlib
import subprocess
import tarfile

ID = "org.example.tiny"
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<plugin id="org.example.tiny" version="{version}" abi="{abi}" library="libtiny.so" domain="tiny" concurrent="true">
  <name>Tiny</name>
  <services><required id="hostapi.core/1"/>{services}</services>
  <contributions><contribution id="hostapi.tasks/1"/></contributions>
  <payment method="tiny_pay"><word id="captured" label="Captured" role="good" icon="good"/></payment>
  <collections data="{data}"><collection id="seen"/></collections>
  <permissions><permission id="tiny.view" label="See it" roles="owner"/></permissions>
  <tasks><task name="work" every_s="1"/></tasks>
  <egress>pay.example.org</egress>
</plugin>
"""


class Key:
    def __init__(self, folder, name):
        self.private, self.public = pathlib.Path(folder) / f"{name}.pem", pathlib.Path(folder) / f"{name}.pub.pem"
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", self.private], check=True, capture_output=True)
        subprocess.run(["openssl", "pkey", "-in", self.private, "-pubout", "-out", self.public], check=True, capture_output=True)
        self.raw = subprocess.run(["openssl", "pkey", "-in", self.private, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout[-32:]
        self.fingerprint = " ".join(hashlib.sha256(self.raw).hexdigest()[i:i + 4] for i in range(0, 64, 4))

    def sign(self, message):
        part = self.private.with_suffix(".message")
        part.write_bytes(message)
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-inkey", self.private, "-rawin", "-in", part], check=True, capture_output=True).stdout


def manifest(version="1.0.0", abi=1, services="", data=1):
    return MANIFEST.format(version=version, abi=abi, services=services, data=data).encode()


def library(build, version="1.0.0"):
    return (pathlib.Path(build) / "tests/package/tiny" / version / "libtiny.so").read_bytes()


def files(build, version="1.0.0", **further):
    """What a good package of the tiny plugin holds, without SHA256SUMS."""
    return {"LICENSE": b"do as you like\n", "libtiny.so": library(build, version), "manifest.xml": manifest(version, **further), "sbom.spdx.json": b"{}\n",
            "templates/tiny/list.mustache": b"<p>{{word}}</p>\n"}


def sums(contents):
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(contents.items())).encode()


def entry(name, data=b"", **attributes):
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o644
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info, data


def tar(entries, form=tarfile.USTAR_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, data in entries:
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def archive(contents, further=(), checksums=None, form=tarfile.USTAR_FORMAT):
    """`contents` with their checksums, then further entries as they are."""
    listed = dict(contents)
    listed["SHA256SUMS"] = sums(contents) if checksums is None else checksums
    return gzip.compress(tar([entry(name, data) for name, data in sorted(listed.items())] + list(further), form), mtime=0)


def signed(key, packed):
    head = b"shopadmin-plugin 1\nkey " + key.raw.hex().encode() + b" size %010d\n" % len(packed)
    return head + b"signature " + key.sign(head + packed).hex().encode() + b"\n" + packed


def good(build, key, version="1.0.0", **further):
    return signed(key, archive(files(build, version, **further)))


def snapshot(folder):
    """Every path below with kind, rights, time and bytes."""
    found = {}
    for at, folders, names in os.walk(folder):
        for name in folders + names:
            path = pathlib.Path(at) / name
            status = path.lstat()
            found[str(path.relative_to(folder))] = (status.st_mode, status.st_mtime_ns if path.is_file() else 0, path.read_bytes() if path.is_file() else b"")
    return found
