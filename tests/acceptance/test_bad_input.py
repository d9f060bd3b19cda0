"""The last line of `Shows`: each bad input gives a clear sentence and loses nothing."""

import pathlib
import re
import shutil
import subprocess

from cases import case, check, equal
from orders import order


def sentence_of(done):
    """What a refused command says; a person must be able to act on it."""
    text = (done.stderr + done.stdout).strip()
    check(done.returncode != 0, f"the command is refused: {text}")
    check(len(text) > 30, f"it says why: {text!r}")
    return text


@case("bad_input_wrong_key")
def wrong_key(world):
    world.place(order("F-1", payment="Captured"))
    staff = world.staff()
    staff.refresh("F-1")
    world.settle()
    key = world.folder / "another.pem"
    key.write_text(world.control.key_pair(region="eu")["private_key_pem"])
    world.shop.set({}, {"private_key": key})
    staff.refresh("F-1")
    world.settle()
    staff.open_order("F-1")
    staff.page.must_say(re.compile(r"refuse|key", re.I), "Captured", "75.00 EUR")
    staff.refund("F-1", "10.00")
    world.settle()
    equal(world.refunds("F-1"), [], "Amazon takes nothing with a wrong key")
    # the right key again: nothing was lost
    world.shop.set({}, {"private_key": world.folder / "private-key.pem"})
    staff.refresh("F-1")
    world.until(lambda: world.refunds("F-1") == [1000], "the kept act goes out once with the right key", seconds=60)


@case("bad_input_wrong_region")
def wrong_region(world):
    world.place(order("F-2", payment="Captured"))
    admin = world.administrator()
    admin.go("/plugin/org.amazonpay.plugin/connection")
    admin.press("Test everything again")
    admin.page.must_say("Amazon accepts these keys")
    admin.press("Store and test", region="jp")
    check("is-stop" in admin.page.html, "the test of a wrong region finds something")
    admin.page.must_say(re.compile("region", re.I))
    staff = world.staff()
    staff.refresh("F-2")
    world.settle()
    equal(staff.word("F-2"), "Captured", "what works is not replaced by what Amazon refuses")


@case("bad_input_unknown_order_and_ended_session")
def unknown_order(world):
    world.place(order("F-3", payment="Captured"))
    staff = world.staff()
    page = staff.go("/orders/o-there-is-none")
    equal(page.status, 404, "an unknown order")
    check(len(page.text) > 30, f"with a sentence: {page.text}")
    page = staff.go("/orders/%00%ff")
    check(page.status in (400, 404), f"an impossible order id is refused, not {page.status}")

    # the session ends while a sheet is open: nothing happens, nothing is lost, after logging in the work goes on
    staff.sheet_of_refund("F-3", "10.00")
    form = staff.sheet_form()
    staff.cookies.clear()
    page = staff.submit(form, next(form.buttons()))
    check(page.has_button("Log in") or page.has_link("Log in"), f"an ended session leads to the login: {page.text}")
    page.must_say(re.compile(r"log ?in|session|logged out", re.I))
    world.settle()
    equal(world.refunds("F-3"), [], "nothing was sent")
    staff.log_in()
    staff.refund("F-3", "10.00")
    world.until(lambda: world.refunds("F-3") == [1000], "after logging in the refund goes out")

    # a form of another session is refused
    form.changed = {}
    stranger = world.new_browser("adam")
    page = stranger.submit(form, next(form.buttons()))
    check(page.status in (200, 400, 403), f"a foreign form is refused with a page, not {page.status}")
    world.settle()
    equal(world.refunds("F-3"), [1000], "a foreign form moves nothing")


@case("bad_input_broken_files")
def broken_files(world):
    world.place(order("F-4", payment="Captured"))
    path = world.folder / "broken.csv"
    good = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n1,A,Cup,2,2024-01-01T10:00,3.50,7,France\n"
    path.write_text(good + "2,A,Cup,two,2024-01-01T10:00,3.50,7,France\n3,A,Cup,1,yesterday,3.50,7,France\n4,A\n")
    text = sentence_of(world.shop.import_orders(path, check=False))
    check("3" in text and "4" in text and "5" in text, f"the lines are named: {text}")
    staff = world.staff()
    staff.orders()
    check(not staff.page.has_link("1"), "nothing is half imported")
    path.write_text("{\"orders\": [{\"number\": \"X-1\", ")
    sentence_of(world.shop.import_orders(path, check=False))
    path = world.folder / "broken.json"
    path.write_text("{\"orders\": [{\"number\": \"X-1\", ")
    sentence_of(world.shop.import_orders(path, check=False))
    sentence_of(world.shop.import_orders(world.folder / "none.csv", check=False))
    staff.open_order("F-4")


@case("bad_input_plugins_that_cannot_load", connect=False)
def bad_plugins(world):
    def package(name):
        copy = world.folder / name
        shutil.copytree(world.programs.package, copy, symlinks=False)
        return copy

    def refused(copy):
        return sentence_of(world.shop.command("plugin", "check", copy, check=False))

    corrupt = package("corrupt")
    manifest = corrupt / "manifest.xml"
    manifest.write_text(manifest.read_text()[:900])
    check("manifest" in refused(corrupt).lower(), "a corrupt manifest is named")

    doctype = package("doctype")
    text = (doctype / "manifest.xml").read_text()
    (doctype / "manifest.xml").write_text(text.replace("?>", "?><!DOCTYPE plugin [<!ENTITY a \"b\">]>", 1))
    check("DOCTYPE" in refused(doctype), "a manifest with a DOCTYPE is refused")

    other_abi = package("other-abi")
    (other_abi / "manifest.xml").write_text(text.replace('abi="1"', 'abi="7"'))
    told = refused(other_abi)
    check("7" in told and "1" in told, f"both versions are named: {told}")

    no_library = package("no-library")
    for library in pathlib.Path(no_library).glob("*.so"):
        library.unlink()
        library.write_bytes(b"this is not a library")
    refused(no_library)

    lacking = package("lacking")
    (lacking / "manifest.xml").write_text(text.replace("hostapi.texts/1", "hostapi.telepathy/9"))
    check("hostapi.telepathy/9" in refused(lacking), "the missing service is named")

    # shopadmin itself lives on without the plugin, and says so
    world.shop.stop()
    world.shop.package = corrupt
    world.shop.start()
    owner = world.new_browser("olga")
    owner.go("/plugins")
    owner.page.must_say(re.compile("manifest", re.I))
    done = world.shop.command("plugin", "check", world.programs.package, check=False)
    equal(done.returncode, 0, f"the good package passes: {done.stdout}{done.stderr}")
    symbols = subprocess.run(["nm", "-D", "--defined-only", str(next(world.programs.package.glob("*.so")))], capture_output=True, text=True, check=True)
    equal(len(symbols.stdout.split("\n")) - 1, 1, f"the library exports one symbol: {symbols.stdout}")
