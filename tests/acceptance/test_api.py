"""The JSON interface: every endpoint as its OpenAPI document says, and acts of other systems: planned, done once, never above the user of the token."""

import concurrent.futures
import json
import subprocess
import urllib.error
import urllib.request

from cases import case, check, equal
from orders import order
from processes import clean_environment, find_program
from world import SOURCE

READING = ("orders:read", "amazonpay:read")
ACTING = READING + ("plans:write", "acts:write")


def make_token(world, login, scopes, name="ERP", days=30):
    words = [word for scope in scopes for word in ("--scope", scope)]
    return json.loads(world.shop.command("token", "create", "--user", login, "--name", name, "--days", days, *words, "--json").stdout)


class Client:
    """A system that has a token: answers (status, document, headers)."""

    def __init__(self, world, token):
        self.world, self.token = world, token

    def ask(self, method, path, body=None, **headers):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.world.shop.port}/api/v1{path}", data, method=method,
                                         headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.loads(answer.read() or "{}"), answer.headers
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or "{}"), error.headers

    def get(self, path):
        status, document, _ = self.ask("GET", path)
        equal(status, 200, f"GET {path}: {document}")
        return document

    def plan(self, command, **arguments):
        return self.ask("POST", f"/plugins/amazonpay/{command}/plans", arguments)

    def act(self, plan, key):
        return self.ask("POST", f"/plans/{plan}/act", Idempotency_Key=key)

    def final(self, operation):
        found = {}
        self.world.until(lambda: (found.update(self.get(f"/operations/{operation}")), found["final"])[1], f"operation {operation} is final: {found}")
        return found


@case("the_json_interface_is_what_its_document_says")
def contract(world):
    world.place(order("API-1", payment="Captured"), order("API-2", payment="Captured"))
    full = make_token(world, "jana", ACTING)
    gone = make_token(world, "jana", ACTING, name="Old")
    world.shop.command("token", "revoke", gone["prefix"])
    context = world.folder / "context.json"
    context.write_text(json.dumps({
        "base": f"http://127.0.0.1:{world.shop.port}/api/v1", "document": str(SOURCE / "hostapi/reference/api/openapi.json"), "token": full["token"], "expired": gone["token"],
        "scopeless": make_token(world, "jana", ["other:read"], name="Narrow")["token"], "plugin": "amazonpay", "order": "API-1", "key": "contract-key-1"}))
    done = subprocess.run([find_program("node"), SOURCE / "tests/api/contract.mjs", context], capture_output=True, text=True, env=clean_environment(), timeout=120)
    check(done.returncode == 0, f"the contract:\n{done.stdout}\n{done.stderr}")
    world.settle()
    equal(world.refunds("API-1"), [100], "of all the calls one moved money, once")
    equal(world.refunds("API-2"), [], "and nothing else did")


@case("tokens_act_once_and_never_above_their_user")
def acting(world):
    world.place(order("API-3", payment="Captured"), order("API-4", payment="Captured"), order("API-5", payment="Authorized"))
    made = make_token(world, "jana", ACTING)
    database = b"".join(path.read_bytes() for path in (world.folder / "shop").glob("shopadmin.sqlite*"))
    check(made["token"].encode() not in database and made["prefix"].encode() in database, "only the beginning of a token is stored")
    erp = Client(world, made["token"])
    equal(erp.get("/me")["user"]["login"], "jana", "the token acts as its user")
    word = erp.get("/orders/API-3")["payment_word"]
    check(word["label"] and not word["drift"], f"the order has its payment word: {word}")
    state = erp.get("/plugins/amazonpay/status?order=API-3")
    equal((state["figures"]["collected_minor"], state["figures"]["currency"]), (7500, "EUR"), "figures")
    check(state["timeline"] and (state["ship"], state["ship_why"]) == ("no", "a test order"), f"timeline and whether to ship: {state}")

    # A plan moves nothing; the act moves it once, however many repeat it at the same time.
    status, plan, headers = erp.plan("refund", order="API-3", amount="12.50", currency="EUR", reason="goodwill", note="from the ERP")
    equal((status, plan["would"]["amount_minor"], headers["Location"]), (201, 1250, f"/api/v1/plans/{plan.get('plan')}"), f"the plan: {plan}")
    world.settle()
    equal(world.refunds("API-3"), [], "a plan moves no money")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = [one.result() for one in [pool.submit(erp.act, plan["plan"], "erp-2026-4711") for _ in range(8)]]
    equal({(status, answer.get("operation")) for status, answer, _ in answers}, {(202, answers[0][1]["operation"])}, f"all get the same operation: {answers}")
    outcome = erp.final(answers[0][1]["operation"])
    equal((outcome["state"], outcome["details"]["intents"][0]["amount_minor"]), ("done", 1250), "what became of it")
    equal(world.refunds("API-3"), [1250], "one refund")
    equal(erp.act(plan["plan"], "another-key-1")[1]["code"], "plan_used", "a plan acts once")
    second = erp.plan("refund", order="API-3", amount="1.00")[1]["plan"]
    equal(erp.act(second, "erp-2026-4711")[1]["code"], "idempotency_key_reused", "a key is one act")

    # A payment that changed between plan and act is not touched.
    late = erp.plan("refund", order="API-4", amount="rest")[1]
    world.staff().refund("API-4", "5.00")
    world.settle()
    status, answer, _ = erp.act(late["plan"], "late-act-0001")
    equal((status, answer["code"]), (409, "conflict"), f"somebody was faster: {answer}")
    equal(world.refunds("API-4"), [500], "only the staff's refund")

    # The person's limits count, and a second person decides, also by a token.
    world.shop.set({"approve_refund_above": "10"})
    big = erp.plan("refund", order="API-4", amount="20.00")[1]
    check(any("second person" in one["text"] for one in big["would"]["checks"]), f"the plan says that a second person is needed: {big}")
    waiting = erp.act(big["plan"], "big-refund-01")[1]
    equal((waiting["state"], waiting["final"]), ("waits_for_approval", False), "it waits")
    equal(erp.plan("approve", order="API-4", act=waiting["operation"])[0], 403, "staff may not approve")
    boss = Client(world, make_token(world, "adam", ACTING, name="Boss")["token"])
    yes = boss.plan("approve", order="API-4", act=waiting["operation"])[1]
    equal(boss.act(yes["plan"], "approve-0001")[0], 202, "another person approves")
    equal(erp.final(waiting["operation"])["state"], "done", "then it goes")
    equal(world.refunds("API-4"), [500, 2000], "with what was approved")
    equal(erp.ask("GET", f"/plans/{yes['plan']}")[0], 404, "plans of others are not there")

    # Rights of the role: checked by the host, and by the plugin where a right was taken since the token was made.
    world.shop.command("role", "revoke", "staff", "payment.refund", "--plugin", world.shop.package)
    world.until(lambda: erp.plan("refund", order="API-3", amount="1.00")[0] == 403, "the role may no longer refund")
    equal(Client(world, make_token(world, "jana", READING, name="Reader")["token"]).plan("cancel", order="API-5")[1]["code"], "scope_missing", "a reader makes no plans")
    world.shop.command("user", "disable", "jana")
    equal(erp.ask("GET", "/me")[0], 401, "a locked user's token is refused")
    world.shop.command("user", "enable", "jana")
    equal(erp.ask("GET", "/me")[0], 200, "and works again with the user")
    listed = json.loads(world.shop.command("token", "list", "--json").stdout)
    check(next(one for one in listed if one["id"] == made["id"])["last_used_ms"] > 0, "its last use is known")
    check(made["token"] not in json.dumps(listed), "a list never shows the token")
    events = [json.loads(line) for line in world.shop.command("audit", "export", "--format", "jsonl").stdout.splitlines() if line.startswith("{")]
    check(any(one.get("event") == "token.create" for one in events), "making it stands in the audit")
    check(any("(ERP)" in json.dumps(one) and one.get("event") == "refund.requested" for one in events), "acts name user and token")

    owner = world.owner()
    page = owner.go("/tokens")
    page.must_say("Revoke")
    check("Make token" not in world.administrator().go("/tokens").text, "only owners see the page")

    # Too often.
    world.shop.stop()
    world.shop.start(further=["--api-rate", "4"])
    answers = [erp.ask("GET", "/me") for _ in range(8)]
    equal([status for status, *_ in answers][:4], [200] * 4, "as often as allowed")
    check(answers[-1][0] == 429 and int(answers[-1][2]["Retry-After"]) > 0, f"then 429 with Retry-After: {answers[-1]}")
