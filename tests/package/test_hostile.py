#!/usr/bin/env python3
"""Packages that are damaged or meant to do harm: each is refused with its own reason, and not a byte of the data folder changes. Almost all of them are signed
by a publisher who is trusted, because the signature alone stops the rest."""

import argparse
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile

import parcels
from parcels import archive, entry, signed

PAD = b"a" * 5000


def without(contents, *names):
    return {name: data for name, data in contents.items() if name not in names}


def hostile(build, key, stranger):
    """(name, code, words of the sentence, bytes)"""
    base = parcels.files(build)
    packed = archive(base)
    good = signed(key, packed)
    sums = parcels.sums(base)
    plain = parcels.tar([entry(name, data) for name, data in sorted({**base, "SHA256SUMS": sums}.items())])

    def with_file(name, data=b"x", **attributes):
        return signed(key, archive(base, [entry(name, data, **attributes)], checksums=parcels.sums({**base, name: data})))

    def changed(**contents):
        named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in contents.items()}
        return signed(key, archive({**base, **named}))

    def flipped(at):
        return good[:at] + bytes([good[at] ^ 1]) + good[at + 1:]

    def with_manifest(data):
        return signed(key, archive({**base, "manifest.xml": data}))

    def elf(**bytes_at):
        so = bytearray(base["libtiny.so"])
        for at, value in bytes_at.items():
            so[int(at[1:])] = value
        return signed(key, archive({**base, "libtiny.so": bytes(so)}))

    link = dict(type=tarfile.SYMTYPE, linkname="/etc/passwd")
    head = len(good) - len(packed)
    doctype = b"<!DOCTYPE plugin [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]>"
    yield "no_package", "PACKAGE_UNKNOWN_FORM", "not a plugin package", b"PK\x03\x04 a zip file"
    yield "empty", "PACKAGE_UNKNOWN_FORM", "not a plugin package", b""
    yield "unsigned_archive", "PACKAGE_UNSIGNED", "without a signature", packed
    yield "empty_signature", "PACKAGE_UNSIGNED", "has no signature", good[:head - 129] + b"0" * 128 + b"\n" + packed
    yield "another_key", "PACKAGE_PUBLISHER_UNKNOWN", stranger.fingerprint, signed(stranger, packed)
    yield "signed_by_another_in_the_name_of_the_publisher", "PACKAGE_SIGNATURE_WRONG", "was changed after", good[:head - 129] + stranger.sign(good[:head - 139] + packed).hex().encode() + b"\n" + packed
    yield "byte_of_a_file_altered", "PACKAGE_SIGNATURE_WRONG", "was changed after", flipped(head + len(packed) // 2)
    yield "byte_of_the_signature_altered", "PACKAGE_UNKNOWN_FORM", "first lines", flipped(head - 1)
    yield "digit_of_the_signature_altered", "PACKAGE_SIGNATURE_WRONG", "was changed after", good[:head - 2] + (b"0" if good[head - 2:head - 1] != b"0" else b"1") + good[head - 1:]
    yield "truncated", "PACKAGE_TRUNCATED", "the end is missing", good[:-100]
    yield "truncated_in_the_head", "PACKAGE_TRUNCATED", "first lines", good[:60]
    yield "truncated_before_signing", "PACKAGE_TRUNCATED", "ends too early", signed(key, packed[:-200])
    yield "file_truncated_before_signing", "PACKAGE_TRUNCATED", "ends within", signed(key, gzip.compress(plain[:6000], mtime=0))
    yield "trailing_data", "PACKAGE_TRAILING_DATA", "17 bytes", good + b"and something else"[:17]
    yield "trailing_data_signed", "PACKAGE_TRAILING_DATA", "archive inside", signed(key, packed + b"more")
    yield "second_archive_signed", "PACKAGE_TRAILING_DATA", "archive inside", signed(key, packed + packed)
    yield "hidden_behind_the_last_file", "PACKAGE_TRAILING_DATA", "last file", signed(key, gzip.compress(plain + b"hidden" + bytes(506), mtime=0))
    yield "symbolic_link", "PACKAGE_SYMBOLIC_LINK", "templates/tiny/out.mustache", signed(key, archive(base, [entry("templates/tiny/out.mustache", **link)]))
    yield "hard_link", "PACKAGE_HARD_LINK", "templates/tiny/hard.mustache", signed(key, archive(base, [entry("templates/tiny/hard.mustache", type=tarfile.LNKTYPE, linkname="LICENSE")]))
    yield "device", "PACKAGE_SPECIAL_FILE", "device", signed(key, archive(base, [entry("null", type=tarfile.CHRTYPE, devmajor=1, devminor=3)]))
    yield "pipe", "PACKAGE_SPECIAL_FILE", "pipe", signed(key, archive(base, [entry("pipe", type=tarfile.FIFOTYPE)]))
    yield "set_user_id", "PACKAGE_SPECIAL_FILE", "special rights", with_file("templates/tiny/suid.mustache", mode=0o4755)
    yield "dot_dot", "PACKAGE_PATH_OUT", "../../state.json", with_file("../../state.json")
    yield "dot_dot_inside", "PACKAGE_PATH_OUT", "templates/../../../x", with_file("templates/../../../x")
    yield "absolute", "PACKAGE_ABSOLUTE_PATH", "/etc/cron.d/x", with_file("/etc/cron.d/x")
    yield "hidden", "PACKAGE_PATH_FORM", "hidden names", with_file("templates/tiny/.htaccess")
    yield "odd_name", "PACKAGE_PATH_FORM", "letters, digits", with_file("templates/tiny/a\nb.mustache")
    yield "long_name", "PACKAGE_BROKEN_ARCHIVE", "tar", signed(key, archive(base, [entry("templates/tiny/" + "n" * 90 + ".mustache", b"x")], form=tarfile.GNU_FORMAT))
    yield "other_tar", "PACKAGE_BROKEN_ARCHIVE", "tar", signed(key, archive(base, [entry("templates/tiny/x.mustache", b"x", pax_headers={"comment": "hidden"})], form=tarfile.PAX_FORMAT))
    yield "no_archive", "PACKAGE_BROKEN_ARCHIVE", "gzip", signed(key, b"no archive at all" * 9)
    yield "bomb", "PACKAGE_BOMB", "100 times", signed(key, gzip.compress(bytes(80_000_000), mtime=0))
    yield "too_many_files", "PACKAGE_TOO_MANY_FILES", "2000", signed(key, archive({**base, **{f"templates/tiny/t{i}.mustache": os.urandom(40) for i in range(2001)}}))
    yield "huge", "PACKAGE_TOO_LARGE", "64 MB", None
    yield "duplicate", "PACKAGE_DUPLICATE", "twice", signed(key, archive(base, [entry("LICENSE", b"another")]))
    yield "duplicate_but_for_case", "PACKAGE_DUPLICATE", "twice", with_file("templates/tiny/LIST.mustache")
    yield "unknown_file", "PACKAGE_UNKNOWN_FILE", "install.sh", with_file("install.sh")
    yield "another_plugins_template", "PACKAGE_UNKNOWN_FILE", "templates/shopadmin", with_file("templates/shopadmin/login.mustache")
    yield "second_library", "PACKAGE_UNKNOWN_FILE", "libc.so", with_file("libc.so")
    yield "no_checksums", "PACKAGE_CHECKSUMS_MISSING", "SHA256SUMS", signed(key, gzip.compress(parcels.tar([entry(name, data) for name, data in sorted(base.items())]), mtime=0))
    yield "file_without_checksum", "PACKAGE_FILE_WITHOUT_CHECKSUM", "LICENSE", signed(key, archive(base, checksums=parcels.sums(without(base, "LICENSE"))))
    yield "checksum_without_file", "PACKAGE_CHECKSUM_WITHOUT_FILE", "README", signed(key, archive(base, checksums=parcels.sums({**base, "README": b"x"})))
    yield "checksum_wrong", "PACKAGE_CHECKSUM_WRONG", "LICENSE", signed(key, archive(base, checksums=parcels.sums({**base, "LICENSE": b"another"})))
    yield "checksums_of_another_form", "PACKAGE_CHECKSUMS_FORM", "SHA256SUMS", signed(key, archive(base, checksums=b"md5 LICENSE\n"))
    yield "no_manifest", "PACKAGE_FILE_MISSING", "manifest.xml", signed(key, archive(without(base, "manifest.xml")))
    yield "no_library", "PACKAGE_FILE_MISSING", "libtiny.so", signed(key, archive(without(base, "libtiny.so")))
    yield "no_licence", "PACKAGE_FILE_MISSING", "LICENSE", signed(key, archive(without(base, "LICENSE")))
    yield "no_sbom", "PACKAGE_FILE_MISSING", "sbom.spdx.json", signed(key, archive(without(base, "sbom.spdx.json")))
    yield "sbom_is_no_json", "PACKAGE_SBOM", "JSON", changed(sbom_dot_spdx_dot_json=b"{")
    yield "bad_xml", "PACKAGE_MANIFEST", "not well-formed", with_manifest(parcels.manifest()[:-12])
    yield "manifest_not_of_the_schema", "PACKAGE_MANIFEST", "attribute version", with_manifest(parcels.manifest("latest"))
    yield "manifest_with_a_giant_attribute", "PACKAGE_MANIFEST", "longer than", with_manifest(parcels.manifest("1" * 100_000))
    yield "doctype", "PACKAGE_DOCTYPE", "DOCTYPE", with_manifest(parcels.manifest().replace(b"?>\n", b"?>" + doctype, 1))
    yield "another_abi", "PACKAGE_ABI", "ABI 7", with_manifest(parcels.manifest(abi=7))
    yield "missing_service", "PACKAGE_SERVICE_MISSING", "hostapi.teleport/1", with_manifest(parcels.manifest(services='<required id="hostapi.teleport/1"/>'))
    yield "another_architecture", "PACKAGE_ARCHITECTURE", "s390x", elf(_18=22)
    yield "not_a_library", "PACKAGE_LIBRARY", "shared library", changed(libtiny_dot_so=PAD)
    yield "a_program", "PACKAGE_LIBRARY", "shared library", elf(_16=2)
    yield "hosts_own_domain", "PLUGIN_DOMAIN_TAKEN", "shopadmin", signed(key, archive(without({**base, "manifest.xml": parcels.manifest().replace(b'domain="tiny"', b'domain="shopadmin"')}, "templates/tiny/list.mustache")))


class Shop:
    def __init__(self, build, folder):
        self.program, self.data = pathlib.Path(build) / "hostapi/reference/shopadmin", pathlib.Path(folder) / "data"

    def run(self, *words, check=False, text=None):
        done = subprocess.run([self.program, "--data", self.data, *words], capture_output=True, text=True, input=text, timeout=60, cwd="/")
        assert not check or done.returncode == 0, (words, done.stdout, done.stderr)
        return done


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--build", default="build")
    options = parser.parse_args()
    build = pathlib.Path(options.build).resolve()
    with tempfile.TemporaryDirectory(prefix="amazonpay-hostile-") as folder:
        folder = pathlib.Path(folder)
        shop = Shop(build, folder)
        key, stranger = parcels.Key(folder, "publisher"), parcels.Key(folder, "stranger")
        wrong = []

        def expect(good, what):
            if not good:
                wrong.append(what)

        added = shop.run("plugin", "trust", "add", key.public, "--name", "example", check=True)
        expect(key.fingerprint in added.stdout, f"the fingerprint of a trusted key is shown: {added.stdout}")
        expect(shop.run("plugin", "trust", "add", key.private).returncode == 1, "a private key is not taken for a public one")
        parcel = folder / "tiny.plugin"
        parcel.write_bytes(parcels.good(build, key))
        verified = shop.run("plugin", "verify", parcel)
        expect(verified.returncode == 0 and "would be installed. Nothing was changed." in verified.stdout, f"the good package is good: {verified.stdout} {verified.stderr}")
        sentences, count = {}, 0
        for name, code, words, content in hostile(build, key, stranger):
            count += 1
            parcel = folder / f"{name}.plugin"
            if content is None:
                with open(parcel, "wb") as out:
                    out.truncate(64 * 1024 * 1024 + 1)
            else:
                parcel.write_bytes(content)
            before, outside = parcels.snapshot(shop.data), set(os.listdir(folder))
            for verb in ("verify", "install"):
                done = shop.run("plugin", verb, parcel)
                expect(done.returncode == 1, f"{name}: {verb} ended with {done.returncode}: {done.stdout} {done.stderr}")
                expect(f"[{code}]" in done.stderr and words in done.stderr, f"{name}: {verb} should say {code} and \"{words}\", it said: {done.stderr}")
            expect(parcels.snapshot(shop.data) == before, f"{name}: the data folder is another one: {sorted(set(parcels.snapshot(shop.data).items()) ^ set(before.items()))[:3]}")
            expect(set(os.listdir(folder)) == outside, f"{name}: something new lies beside the data folder")
            sentences.setdefault(done.stderr.replace(str(parcel), "FILE"), []).append(name)
            parcel.unlink()
        answer = json.loads(shop.run("--json", "plugin", "install", folder).stdout)
        expect((answer["good"], answer["code"]) == (False, "PACKAGE_NOT_READABLE"), f"a folder is no package, as JSON: {answer}")
        (folder / "link.plugin").symlink_to(folder / "nothing")
        expect("[PACKAGE_NOT_READABLE]" in shop.run("plugin", "install", folder / "link.plugin").stderr, "a link to nothing cannot be read")
        expect(shop.run("plugin", "list").stdout == "", "nothing was installed")
        expect(shop.run("plugin", "install", folder / "tiny.plugin").returncode == 0, "after all that the good package is installed")
        if wrong:
            print(*wrong, sep="\n")
            return 1
        print(f"{count} hostile packages were refused with {len(sentences)} different sentences, and nothing changed")
        return 0


if __name__ == "__main__":
    sys.exit(main())
