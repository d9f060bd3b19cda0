"""The rows about the plugin's client: what a signed call costs, against what others use and against what the processor can do."""

import os
import pathlib
import shutil
import subprocess

from local_server import CHARGE, LocalServer
from row import SOURCE, CannotMeasure, Worker, row
from running_programs import PhpShop, RunningShop, authorities

HERE = pathlib.Path(__file__).resolve().parent
IN_FLIGHT = 32


def merchant_key(bench):
    """A key as merchants have it: RSA of 2048 bits, PEM."""
    def make():
        path = bench.folder / "merchant.pem"
        subprocess.run(["openssl", "genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path], check=True)
        return path
    return bench.shared("merchant_key", make)


def server(bench):
    return bench.shared("server", lambda: LocalServer(bench.folder))


def signer(bench):
    return bench.shared("signer", lambda: Worker([bench.program("tests/bench/bench_client"), merchant_key(bench)]))


def ours(bench):
    """The plugin's client, connected to the local server."""
    local = server(bench)
    return bench.shared("ours", lambda: Worker([bench.program("tests/bench/bench_client"), merchant_key(bench), local.url, local.ca, CHARGE]))


def node(bench, form):
    """The official Node SDK; form: pem, as its README shows, or key, a KeyObject."""
    if not (SOURCE / "tests/sdk/node_modules").exists():
        raise CannotMeasure("the official Node SDK is not installed. Run npm ci in tests/sdk (./test does it).")
    local = server(bench)
    environment = dict(os.environ, NODE_EXTRA_CA_CERTS=str(local.ca), NODE_NO_WARNINGS="1")
    return bench.shared(f"node_{form}", lambda: Worker(["node", HERE / "node_client.mjs", form, merchant_key(bench), f"localhost:{local.port}", CHARGE], env=environment))


def php(bench):
    if not shutil.which("php"):
        raise CannotMeasure("PHP is not installed. Install php8.2-cli, php8.2-curl, php8.2-gmp and php-phpseclib3 (./test does it).")
    local = server(bench)
    return bench.shared("php", lambda: Worker(["php", HERE / "php_client.php", merchant_key(bench), f"{local.url}/v2/charges/{CHARGE}", local.ca]))


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
    worker, count = signer(bench), bench.size(3000, 500)
    worker.ask("sign", count // 4), worker.ask("bare", count // 4)
    return bench.interleaved(lambda: per_cpu_second(worker.ask("sign", count)), lambda: per_cpu_second(worker.ask("bare", count)), "signatures/CPU s")


def against(bench, other, figure, unit):
    """getCharge of both, so many in flight, in turn; both have their connections open before it counts."""
    count = bench.size(1500, 150)
    mine = ours(bench)
    mine.ask("get", 2 * IN_FLIGHT, IN_FLIGHT), other.ask("get", 4 * IN_FLIGHT, IN_FLIGHT)
    return bench.interleaved(lambda: figure(mine.ask("get", count, IN_FLIGHT)), lambda: figure(other.ask("get", count, IN_FLIGHT)), unit)


@row("get_charge_node_pem", "signed getCharge over TLS, 32 in flight, answers parsed", "official Node SDK as its README shows it (PEM text)", 3.2,
     how="The plugin's client and the official Node SDK ask the same nginx for a charge, 32 in flight on kept connections; calls per CPU second of the client.",
     limit="One RSA signature per call.")
def get_charge_node_pem(bench):
    return against(bench, node(bench, "pem"), per_cpu_second, "calls/CPU s")


@row("get_charge_node_key", "the same", "official Node SDK given a parsed KeyObject", 1.4,
     how="As before, and the SDK gets a KeyObject that was parsed once.", limit="One RSA signature per call, on both sides.")
def get_charge_node_key(bench):
    return against(bench, node(bench, "key"), per_cpu_second, "calls/CPU s")


@row("get_charge_php", "the same", "PHP 8.2, phpseclib 3 with GMP, curl handles kept", 2.0,
     how="As before; the other side is PHP that builds the request as the official PHP SDK does, signs with phpseclib 3 and GMP (key loaded once) and keeps 32 curl handles.",
     limit="One RSA signature per call; OpenSSL's is only a little cheaper than GMP's where the processor has no AVX-512 IFMA.")
def get_charge_php(bench):
    return against(bench, php(bench), per_cpu_second, "calls/CPU s")


CALLS_PER_PRESS = 2  # a refresh reads the charge permission and its charge


@row("web_request_php", "calls of Amazon by web requests to a running shopadmin", "one PHP request per call, key read and new connection with the system's CA bundle", 20.0,
     how="Staff press Refresh in a running shopadmin (two calls of Amazon); PHP's server runs a script per request that loads the key, connects and calls once; "
         "calls per CPU second of the whole process.",
     limit="shopadmin: the transactions of an act in its store; PHP: reading 145 authorities for each connection.")
def web_request_php(bench):
    local, key = server(bench), merchant_key(bench)
    bundle = authorities(bench, local)
    shop = bench.shared("shop", lambda: RunningShop(bench, key, local, bundle))
    other = bench.shared("php_shop", lambda: PhpShop(key, local, bundle))

    def calls_per_cpu_second(program, requests, calls):
        before = program.cpu_s()
        for _ in range(requests):
            program.ask()
        return requests * calls / max(program.cpu_s() - before, 0.001)
    shop.ask()
    return bench.interleaved(lambda: calls_per_cpu_second(shop, bench.size(200, 40), CALLS_PER_PRESS), lambda: calls_per_cpu_second(other, bench.size(40, 10), 1), "calls/CPU s")


@row("throughput_node", "getCharge per second with both cores", "official Node SDK as documented (one process)", 5.5,
     how="As get_charge_node_pem, 32 in flight, but calls per second of wall clock; client and server share the cores.",
     limit="Both cores sign; the Node SDK has one thread.")
def throughput_node(bench):
    return against(bench, node(bench, "pem"), per_second, "calls/s")


@row("throughput_rsa", "getCharge per second with both cores", "RSA signatures per second with both cores", 0.70,
     how="The plugin's client with 32 in flight, and bare OpenSSL signing on two threads; per second of wall clock.",
     limit="Beside the signature: TLS records, the kernel's TCP, and nginx, which answers on the same cores.")
def throughput_rsa(bench):
    mine, count = ours(bench), bench.size(2000, 200)
    mine.ask("get", 2 * IN_FLIGHT, IN_FLIGHT)
    return bench.interleaved(lambda: per_second(mine.ask("get", count, IN_FLIGHT)), lambda: per_second(mine.ask("rsa", count, os.cpu_count() or 2)), "per s")
