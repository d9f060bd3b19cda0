"""T17: what is secret stands on no page, in no download and in no log. Planted: the private key, sessions and form tokens of three people, passwords."""

import base64
import pages


def needles(shop, others):
    """name → text that must occur nowhere."""
    found = {}
    key = (shop.folder / "private-key.pem").read_text()
    for at, part in enumerate(line for line in key.splitlines() if len(line) > 40 and "-----" not in line):
        found[f"line {at} of the private key"] = part
    found["the beginning of the private key"] = "BEGIN PRIVATE KEY"
    secret = (shop.shop.folder / "secret.key").read_bytes()
    found["the key to the stored secrets"] = secret.decode(errors="ignore").strip() if secret.isascii() else base64.b64encode(secret).decode()
    found["the key to the stored secrets, in hex"] = secret.hex()
    for browser in others:
        for name, value in browser.cookies.items():
            found[f"cookie {name} of {browser.login_name}"] = value
        browser.go("/account")
        for form in browser.page.forms():
            for control in form.controls():
                if control.get("name") == "csrf":
                    found[f"form token of {browser.login_name}"] = control.get("value")
    for login, _, _, password in shop.PEOPLE:
        found[f"password of {login}"] = password
    return found


def search(where, text, wanted, told):
    for name, needle in wanted.items():
        if len(needle) >= 8 and needle in text:
            told.append(f"{where} shows {name}")


def check(shop):
    """Answers what was found; looks as each person and at every file that is no key and no database."""
    told, looked, downloads = [], 0, 0
    people = {login: shop.new_browser(login) for login, _, _, _ in shop.PEOPLE}
    for login, browser in people.items():
        wanted = needles(shop, [other for name, other in people.items() if name != login])
        own = {f"their own cookie {name}": value for name, value in browser.cookies.items()}
        found = pages.discover(browser)
        looked, downloads = looked + len(found.pages), downloads + len(found.downloads)
        for address, text in found.texts.items():
            search(f"{address} as {login}", text, wanted | own, told)
    everything = needles(shop, people.values())
    for name, needle in everything.items():
        if len(needle) < 8:
            told.append(f"{name} is no usable needle")
    logs = [path for path in shop.folder.rglob("*.log")]
    for path in logs:
        search(f"the log {path.name}", path.read_text(errors="replace"), everything, told)
    for path in shop.shop.folder.glob("shopadmin.sqlite*"):
        search(f"the database {path.name}", path.read_bytes().decode("latin-1"), {name: needle for name, needle in everything.items() if "private key" in name or "password" in name or "cookie" in name}, told)
    if looked < 100 or downloads < 3 or len(logs) < 2 or len(everything) < 20:
        told.append(f"only {looked} pages, {downloads} downloads, {len(logs)} logs and {len(everything)} secrets were there to look at")
    print(f"{looked} pages, {downloads} downloads and {len(logs)} logs were searched for {len(everything)} secrets: {len(told)} findings")
    return told
