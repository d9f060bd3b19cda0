"""The rows about the plugin's client: what a signed call costs, against what others use and against what the processor can do."""

import subprocess

from row import Worker, row

CHARGE = "S02-1234567-7654321-C012345"


def merchant_key(bench):
    """A key as merchants have it: RSA of 2048 bits, PEM."""
    def make():
        path = bench.folder / "merchant.pem"
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path], check=True)
        return path
    return bench.shared("merchant_key", make)


def signer(bench):
    return bench.shared("signer", lambda: Worker([bench.program("tests/bench/bench_client"), merchant_key(bench)]))


def per_cpu_second(answer):
    calls, cpu_s, _ = answer
    return calls / cpu_s


def per_second(answer):
    calls, _, wall_s = answer
    return calls / wall_s


@row("sign_request", "canonical form and RSA-PSS signature on one core", "bare OpenSSL RSA-PSS, key parsed once", 0.95,
     how="The plugin signs getCharge requests on one thread, OpenSSL alone signs as many texts with a context prepared once; signatures per CPU second.",
     limit="The RSA operation of OpenSSL.")
def sign_request(bench):
    worker, count = signer(bench), bench.size(8000, 1000)
    worker.ask("sign", count // 4), worker.ask("bare", count // 4)
    return bench.interleaved(lambda: per_cpu_second(worker.ask("sign", count)), lambda: per_cpu_second(worker.ask("bare", count)), "signatures/CPU s")
