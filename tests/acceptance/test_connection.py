"""The page Connection against a real service: an owner connects a shop, changes the key, goes live and comes back. T17: no page, log, audit or export ever
shows a private key."""

import json
import re
import urllib.parse
import urllib.request

from cases import case, check, equal
from world import PLUGIN

PAGE = f"/plugin/{PLUGIN}/connection"


def at_amazon(world, path, **form):
    """A page of the sandbox's Seller Central, as its owner uses it."""
    address = world.control.base.removesuffix("/control") + path
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(urllib.request.Request(address, data=data), timeout=30) as answer:
        return answer.read().decode()


def unescaped(text):
    for name, sign in (("&quot;", '"'), ("&#39;", "'"), ("&#x2F;", "/"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        text = text.replace(name, sign)
    return text


def keys_as_json(world, environment):
    html = at_amazon(world, f"/integration/{world.merchant_id}/keys", environment=environment)
    return unescaped(re.search(r'<textarea id="json"[^>]*>(.*?)</textarea>', html, re.S).group(1))


def id_of_uploaded(world, pem, environment):
    html = at_amazon(world, f"/integration/{world.merchant_id}/public-key", environment=environment, public_key=pem)
    return re.search(r'id="public-key-id">([^<]+)<', html).group(1)


def settings(world):
    return json.loads(world.shop.command("settings", "show", PLUGIN, "--plugin", world.shop.package).stdout)


def no_secret_anywhere(world, pages, secrets):
    """Some base64 of each private key, looked for in everything that leaves the shop."""
    out = {"log": world.shop.log.read_text(errors="replace"), "settings": json.dumps(settings(world)), "audit": world.shop.command("audit", "export", "--format", "jsonl").stdout,
           **{f"page {i}": html for i, html in enumerate(pages)}}
    for place, text in out.items():
        check("BEGIN PRIVATE KEY" not in text, f"a private key begins in the {place}")
        for secret in secrets:
            check(not any(line in text for line in secret.splitlines()[1:-2]), f"a private key stands in the {place}")


def connection_test(world, *words):
    run = world.shop.command("plugin", "run", "amazonpay", "connection-test", *words, "--plugin", world.shop.package, "--json", check=False)
    return run.returncode, json.loads(run.stdout) if run.stdout.strip().startswith("{") else {}


@case("T17_owner_connects_changes_the_key_goes_live_and_back", connect=False)
def connects(world):
    world.merchant_id = world.control.key_pair(region="eu", environment="Sandbox")["merchant_id"]
    owner, pages = world.owner(), []

    def press(button, **fields):
        page = owner.press(button, **fields)
        pages.append(page.html)
        return page

    # 1. the JSON of Seller Central
    pasted = keys_as_json(world, "Sandbox")
    secrets = [json.loads(pasted)["private_key"]]
    owner.go(PAGE)
    press("Store and test", json=pasted).must_say("Connected: Amazon accepts these keys.", "Belongs to this public key ID", "answers in")
    equal(settings(world)["values"]["public_key_id"], json.loads(pasted)["public_key_id"], "the key in use")
    equal(connection_test(world)[0], 0, "exit code of connection-test")

    # 2. what Amazon refuses replaces nothing: the private key of another pair
    other = world.control.key_pair(region="eu", environment="Sandbox")["private_key_pem"]
    secrets.append(other)
    press("Store and test", private_key=other).must_say("the connection that works stays as it is")
    equal(connection_test(world)[1].get("good"), True, "the old key still works")

    # 3. a new key beside the old one, then the switch
    page = press("Make a key pair here")
    pem = unescaped(re.search(r"<pre[^>]*>(.*?)</pre>", page.html, re.S).group(1))
    check(pem.startswith("-----BEGIN PUBLIC KEY-----"), f"the public key is shown: {pem[:60]}")
    check(not page.has_button("Switch to the new key"), "no switch before the test")
    equal(connection_test(world)[1].get("good"), True, "the old key works while the new one waits")
    new_id = id_of_uploaded(world, pem, "Sandbox")
    press("Test the new key", public_key_id=new_id).must_say("Amazon accepts the new key. The old one is still in use")
    equal(connection_test(world, "set=next")[0], 0, "the new key's test")
    equal(settings(world)["values"]["public_key_id"], json.loads(pasted)["public_key_id"], "the old one is in use")
    press("Switch to the new key").must_say("the old private key is wiped")
    equal(settings(world)["values"]["public_key_id"], new_id, "the new one is in use")
    check("private_key_next" not in settings(world)["secrets_set"], "nothing waits any more")
    press("Test everything again").must_say("nothing is to be corrected")

    # 4. live keys rest until somebody goes live
    live = keys_as_json(world, "Live")
    secrets.append(json.loads(live)["private_key"])
    press("Store and test", json=live).must_say("The sandbox stays in use until you go live.")
    equal(settings(world)["values"]["public_key_id"], new_id, "the sandbox is in use")
    owner.go(PAGE)
    form, button = owner.page.form_with("Go live")
    form.fill("word", "LIVE")
    owner.submit(form, button).must_say("Tick what you have looked at")
    form, button = owner.page.form_with("Go live")
    for name in ("capture", "limits", "people"):
        form.tick(name)
    form.fill("word", "LIVE")
    pages.append(owner.submit(form, button).must_say("Live: real money moves from now on").html)
    equal(settings(world)["values"]["public_key_id"], json.loads(live)["public_key_id"], "live is in use")
    equal(connection_test(world)[1].get("set"), "live", "the connection in use")
    equal(connection_test(world, "set=sandbox")[0], 0, "the sandbox keeps its key")
    press("Back to the sandbox", word="SANDBOX").must_say("Back in the sandbox")
    equal(connection_test(world)[1].get("set"), "sandbox", "the connection in use")
    equal(connection_test(world, "set=live")[0], 0, "live keeps its key")

    no_secret_anywhere(world, pages + [owner.go("/audit").html, owner.go("/settings").html], secrets)
    staff = world.staff()
    equal(staff.go(PAGE).status, 403, "staff may not see the page")
