"""The demo shop: Nordlicht Home, a shop with buyers in many countries, in every payment state. Made-up people; sums that add up. What buyers did happens at
the sandbox; what staff did happens through the web interface, so the history of each order is real."""

import datetime

from orders import line, order, pay

HOUR, DAY = 3600, 86400

def numbered(made):
    """Order numbers grow with time, as a shop gives them."""
    for place, one in enumerate(sorted(made.values(), key=lambda one: one["shop"]["created_ms"])):
        one["shop"]["number"] = f"{datetime.date.today().year}-{104766 + 5 * place}"
    return made


def somebody(name, city, country, locale, mail):
    return {"name": name, "city": city, "country": country, "locale": locale, "email": f"{mail}@example.org"}


# city → street and postal code; what stands in a shop's orders: long, short, in the country's own script
STREETS = {
    "Bregenz": ("Rheinstraße 4/12", "6900"), "Łódź": ("ul. Piotrkowska 118 m. 7", "90-006"), "Hamburg": ("Elbchaussee 1420, Hinterhaus, 2. Etage links", "22605"),
    "Londonderry": ("Unit 7, Skeoge Industrial Estate", "BT48 8SE"), "札幌市": ("中央区北一条西 2-9", "060-0001"), "Luleå": ("Storgatan 38", "972 31"),
    "Garmisch-Partenkirchen": ("Am Kurpark 11", "82467"), "Aberystwyth": ("12 Rhodfa’r Gogledd", "SY23 2JH"), "Poznań": ("ul. Święty Marcin 80/82", "61-809"),
    "京都市": ("下京区四条通烏丸東入 長刀鉾町 8", "600-8008"), "Görlitz": ("Untermarkt 23", "02826"), "Bury St Edmunds": ("The Old Maltings, 4 Abbeygate Street", "IP33 1UN"),
    "横浜市": ("西区みなとみらい 2-3-1", "220-0012"), "Köln": ("Ehrenstraße 71", "50672"), "Bourg-en-Bresse": ("9 rue Victor-Basch", "01000"),
    "Θεσσαλονίκη": ("Τσιμισκή 45", "546 23"), "Évora": ("Rua 5 de Outubro 60, 2.º Esq.", "7000-854"), "’s-Hertogenbosch": ("Hinthamerstraat 117 B", "5211 MK"),
    "神戸市": ("中央区三宮町 1-7-2", "650-0021"), "Berlin": ("Oranienstraße 183", "10999"), "Châlons-en-Champagne": ("3 place de la République", "51000"),
    "Akureyri": ("Hafnarstræti 94", "600"), "Praha": ("Vinohradská 1511/230", "100 00"), "Kraków": ("ul. Floriańska 15", "31-019"), "Malmö": ("Södra Förstadsgatan 26", "211 43"),
    "Reggio nell’Emilia": ("Via Emilia San Pietro 12", "42121")}


def place(who, lines, **more):
    made = order("", [line(str(i + 1), title, quantity, price, sku, rate) for i, (sku, title, quantity, price, rate) in enumerate(lines)],
                 buyer={"name": who["name"], "email": who["email"], "phone": "+49 40 5550 1142" if who["country"] == "DE" else ""},
                 city=who["city"], country=who["country"], locale=who["locale"], **more)
    street, postal_code = STREETS[who["city"]]
    for address in made["shop"]["addresses"].values():
        address.update(line1=street, postal_code=postal_code)
    return made


CLOCK = ("NL-2210-RS", "Enamel alarm clock “Bakelit”, old rose", 2, 2490, 1900)
TOWELS = ("NL-1817-02", "Linen tea towels, set of 2, London", 3, 1850, 1900)
LUNCH = ("NL-2262-SF", "Lunch box “Sternenfahrer”, 800 ml, dishwasher-safe, with divider and clip", 4, 1295, 1900)
JAR = ("NL-3055-15", "Storage jar with cork lid, 1.5 l", 1, 3400, 1900)
LAMP = ("NL-2173-FP", "Night light “Fliegenpilz”, LED", 6, 995, 1900)
FRAME = ("NL-4040-EI", "Picture frame, oiled oak, 30 × 40 cm", 1, 4200, 1900)
BLANKET = ("NL-5120-WL", "Lambswool blanket, 130 × 200 cm, moss green", 1, 8900, 1900)
BOOK = ("NL-0931-BK", "Book: Slow Gardens of the North", 1, 2750, 700)
TEAPOT = ("NL-3301-JP", "Iron teapot 0.8 l, hand-cast in Morioka", 1, 13200, 1000)
BOWLS = ("NL-3310-JP", "Rice bowls, set of 5, indigo glaze", 2, 4600, 1000)


def shelf():
    """name of the story → order."""
    yen = {"currency": "JPY"}
    gbp = {"currency": "GBP"}
    sek = {"currency": "SEK"}
    return numbered(past_months() | {
        "suspended": place(somebody("Anna-Lena Schröder", "Bregenz", "AT", "de", "a.schroeder"), [("NL-0102-KA", "Card “Alles Gute”", 2, 295, 1900)],
                               payment="Suspended", intent="Confirm", state="on_hold", age_s=3 * DAY),
        "canceled": place(somebody("Łukasz Brzęczyszczykiewicz", "Łódź", "PL", "en", "l.brzeczyszczykiewicz"), [FRAME, BOOK], age_s=3 * DAY - 4 * HOUR,
                          shipping_minor=460),
        "story": place(somebody("Annegret Freifrau von Hohenstein-Wiesenthal", "Hamburg", "DE", "de", "a.hohenstein"), [CLOCK, TOWELS, LUNCH, JAR, LAMP, FRAME],
                       payment="Captured", state="in_progress", discount_minor=1000, shipping_minor=590, age_s=3 * DAY),
        "partly": place(somebody("O’Connor & Sons (Joinery) Ltd.", "Londonderry", "GB", "en", "office.oconnor"), [BLANKET, FRAME, ("NL-8800-OAK", "Oak board, planed, 2 m", 12, 4310, 2000)],
                        payment="Captured", state="shipped", age_s=2 * DAY, **gbp),
        "refunded": place(somebody("高橋 健一", "札幌市", "JP", "ja", "takahashi"), [("NL-3312-JP", "Chopsticks, cherry wood, 2 pairs", 2, 2900, 1000), ("NL-3320-JP", "Tea “Sencha”, 100 g", 2, 2000, 800)],
                          payment="Captured", age_s=2 * DAY - 3 * HOUR, **yen),
        "on_its_way": place(somebody("Märta Öberg", "Luleå", "SE", "en", "marta.oberg"), [("NL-6001-SE", "Candle holder, brass", 1, 27500, 2500)], payment="Captured", age_s=DAY + 9 * HOUR, **sek),
        "captured": place(somebody("Dr. med. dent. Karl-Friedrich Oberhuber-Steinbrenner", "Garmisch-Partenkirchen", "DE", "de", "praxis.oberhuber"),
                          [BLANKET, BLANKET[:2] + (2, 8900, 1900), ("NL-9100-LG", "Floor lamp, linen shade", 1, 18800, 1900)], payment="Captured", state="in_progress", age_s=DAY),
        "declined": place(somebody("Siân Llewellyn-Thomas", "Aberystwyth", "GB", "en", "sian.llewellyn"), [CLOCK, TOWELS], payment="Declined", state="on_hold", age_s=12 * HOUR, **gbp),
        "invoice": place(somebody("Elżbieta Wójcik-Kamińska", "Poznań", "PL", "en", "e.wojcik"), [BLANKET, JAR, BLANKET[:2] + (1, 8940, 1900)], method="invoice", age_s=8 * HOUR),
        "completed": place(somebody("株式会社みどり園芸 京都支店 購買部", "京都市", "JP", "ja", "midori-kyoto"), [TEAPOT[:2] + (10, 13200, 1000)], payment="Captured",
                           intent="AuthorizeWithCapture", age_s=6 * HOUR, **yen),
        "pending": place(somebody("Jörg Weiß", "Görlitz", "DE", "de", "joerg.weiss"), [("NL-2173-EU", "Night light “Eule”, LED", 1, 3995, 1900)], payment="AuthorizationInitiated", age_s=4 * HOUR),
        "reserved_gbp": place(somebody("Bartholomew Featherstonehaugh-Cholmondeley", "Bury St Edmunds", "GB", "en", "b.featherstonehaugh"),
                              [("NL-9900-ST", "Standing desk, walnut", 1, 128400, 2000)], age_s=3 * HOUR, **gbp),
        "captured_jpy": place(somebody("佐藤 美咲", "横浜市", "JP", "ja", "sato.misaki"), [TEAPOT, BOWLS[:2] + (1, 4600, 1000), ("NL-3320-JP", "Tea “Sencha”, 100 g", 1, 800, 800)],
                              payment="Captured", age_s=2 * HOUR, **yen),
        "reserved": place(somebody("Zoë Müller-Lüdenscheidt", "Köln", "DE", "de", "zoe.mueller"), [LAMP[:2] + (1, 995, 1900), LUNCH[:2] + (4, 1295, 1900)], age_s=HOUR, shipping_minor=305),
        "expired": place(somebody("Chloé Beauséjour-Desrosiers", "Bourg-en-Bresse", "FR", "en", "chloe.beausejour"), [FRAME, TOWELS], payment="Expired", state="on_hold", age_s=33 * DAY),
        "ageing": place(somebody("Dagný Þórðardóttir", "Akureyri", "IS", "en", "dagny"), [LAMP, JAR], age_s=27 * DAY),
        "not_finished": place(somebody("Παναγιώτα Παπαδοπούλου", "Θεσσαλονίκη", "GR", "en", "p.papadopoulou"), [LUNCH], payment="Open", age_s=2 * HOUR),
        "partly_captured": place(somebody("Gonçalo Vilas-Boas", "Évora", "PT", "en", "g.vilasboas"), [BLANKET, FRAME], payment="Captured", capture_minor=8900, age_s=20 * HOUR),
        "drift": place(somebody("Renée van der Wijngaarden-’t Hooft", "’s-Hertogenbosch", "NL", "en", "r.wijngaarden"), [JAR, CLOCK, LAMP], payment="Captured", state="in_progress", age_s=30 * HOUR),
        "declined_refund": place(somebody("小林 彩", "神戸市", "JP", "ja", "kobayashi"), [BOWLS], payment="Captured", age_s=26 * HOUR, **yen),
        "due": place(somebody("Şebnem Yılmaz-Öztürk", "Berlin", "DE", "de", "s.yilmaz"), [BOOK, LUNCH], payment="Captured", age_s=50 * HOUR),
        "shipped": place(somebody("Aurélien Lefebvre-Châtillon", "Châlons-en-Champagne", "FR", "en", "a.lefebvre"), [BLANKET], payment="Captured", state="shipped", age_s=4 * DAY),
        "goodwill": place(somebody("Guðrún Þorsteinsdóttir", "Akureyri", "IS", "en", "gudrun"), [FRAME, JAR], payment="Captured", state="shipped", age_s=5 * DAY),
        "gift": place(somebody("Ngọc Trần Thị", "Praha", "CZ", "en", "ngoc.tran"), [TOWELS, CLOCK], age_s=40 * 60, discount_minor=1500, shipping_minor=790),
        "transfer": place(somebody("Michał Święcicki", "Kraków", "PL", "en", "m.swiecicki"), [LAMP], method="prepayment", state="on_hold", age_s=9 * HOUR),
        "fresh": place(somebody("Hjördís Ægisdóttir", "Malmö", "SE", "en", "hjordis"), [("NL-6004-SE", "Wall hook, cast iron", 4, 12900, 2500)], age_s=15 * 60, **sek),
        "unknown": place(somebody("Désirée Château-Thierry", "Bourg-en-Bresse", "FR", "en", "desiree.thierry"), [("NL-0102-KA", "Card “Alles Gute”", 2, 295, 1900)], state="on_hold", age_s=5 * HOUR),
        "deleted": place(somebody("Test Testermann", "Berlin", "DE", "de", "test.testermann"), [JAR, BOOK], payment="Captured", age_s=11 * HOUR),
        "two_charges": place(somebody("Sōta Ōe-Lindqvist", "Luleå", "SE", "en", "sota.lindqvist"), [BLANKET, CLOCK, FRAME], payment="Captured", capture_minor=8900, age_s=28 * HOUR),
        "family": place(somebody("Giuseppina Dell’Acqua", "Reggio nell’Emilia", "IT", "en", "g.dellacqua"), [BOWLS[:2] + (1, 3900, 1900), LUNCH, TOWELS], payment="Captured", age_s=7 * HOUR,
                        shipping_minor=890),
    })


def past_months():
    """Orders of the last ten months, collected when they were placed: what the charts of Reports are made of."""
    made, things = {}, (FRAME, BLANKET, TOWELS, CLOCK, JAR, LUNCH, BOOK)
    who = somebody("Lena Thorvaldsen-Kühn", "Hamburg", "DE", "de", "l.thorvaldsen")
    for month in range(1, 10):
        for nth in range(1 + (month * 5) % 3):
            lines = [things[(month + nth) % 7], things[(month * 3 + nth) % 6]]
            made[f"past_{month}_{nth}"] = place(who, lines if lines[0] != lines[1] else lines[:1], payment="Captured", state="shipped", age_s=month * 30 * DAY + nth * 4 * DAY)
    return made


def settle_account(world):
    """Amazon pays out once, with a payment of another shop among the lines, and an administrator has the settlement read."""
    elsewhere = order("NL-2-0417", [line("1", "Reading lamp", 1, 6425)], payment="Captured", age_s=2 * DAY)
    pay(world.control, world.account["public_key_id"], [elsewhere])
    world.control.settings(report_delay_ms=0)
    world.control.post("/settlements", {"public_key_id": world.account["public_key_id"]})
    admin = world.administrator()
    page = "/plugin/org.amazonpay.plugin/reports"
    admin.go(page + "?part=reports")
    first = datetime.date.today() - datetime.timedelta(days=330)
    admin.press("Request this report", **{"First day": first.isoformat()})
    world.until(lambda: "No settlement has been read yet" not in admin.go(page + "?part=settlements").text, "the settlement is read")
    admin.press("Look at Amazon now")
    world.settle()
    world.control.settings(report_delay_s=20)


def lose_orders(world, made):
    """Two buyers paid and the shop never got their orders: one is about to be dropped by Amazon, one carries the number of an order that is here."""
    account = world.account["public_key_id"]
    for amount, currency, age_s, name, more in (("7480", "JPY", 22 * HOUR + 1600, "渡辺 さくら", {}),
                                                ("142.60", "EUR", 15 * HOUR + 2700, "Hans-Jürgen Grünwald", {"merchant_reference_id": number_of(made, "reserved")})):
        paid = world.control.orders([{"public_key_id": account, "amount": amount, "currency": currency, "intent": "Authorize", "state": "Authorized", "age_s": age_s,
                                      "buyer": {"name": name, "email": "lost@example.org"}, **more}])[0]
        told = {"MerchantID": world.account["merchant_id"], "ObjectType": "CHARGE", "ObjectId": paid["charge_id"], "ChargePermissionId": paid["charge_permission_id"],
                "NotificationType": "STATE_CHANGE", "NotificationId": paid["charge_id"], "NotificationVersion": "V2"}
        world.control.post("/notifications/send", {"public_key_id": account, "message": told})


def number_of(made, story):
    return made[story]["shop"]["number"]


def read_all(world, staff, made):
    """Each payment is read from Amazon once, as a shop does with new orders."""
    for one in made.values():
        if one["shop"]["payment"]["method"] == "amazon_pay":
            staff.refresh(one["shop"]["number"])


def fill_inbox(world, staff, made, admin):
    """A dispute to watch, and a refund above the threshold that waits for a second person; the threshold goes again."""
    world.control.seller_central(act="dispute", charge_permission_id=made["shipped"]["shop"]["payment"]["reference"])
    admin.go("/settings")
    admin.press("Save settings", approve_refund_above="100")
    staff.refund(number_of(made, "family"), "120.00")
    admin.go("/settings")
    admin.press("Save settings", approve_refund_above="")


def odd_charges(world, staff, made, number):
    """A state this version has no word for; a second charge on one payment; an order that is gone while its payment record stays."""
    world.control.seller_central(act="word", charge_id=made["unknown"]["shop"]["payment"]["charge_id"], word="OnHold")
    staff.refresh(number["unknown"])
    staff.act(number["two_charges"], "Charge again and capture", amount="41.80")
    staff.refund(number["two_charges"], "12.00")
    staff.delete_order(number["deleted"])
    world.settle()
    staff.refresh(number["two_charges"])


def act_out(world, staff, made):
    """What staff did so far. Refunds settle at once, until the ones that stay on their way."""
    number = {story: number_of(made, story) for story in made}
    control = world.control
    staff.cancel_order(number["canceled"])
    staff.cancel_lines(number["story"], {"Storage jar": None})
    staff.cancel_lines(number["partly"], {"Oak board": 1})
    staff.cancel_order(number["refunded"])
    staff.refund(number["goodwill"], "20.00")
    world.settle()
    admin = world.administrator()
    admin.go("/settings")
    admin.press("Save settings", refund_line_cancel="manual")
    staff.cancel_lines(number["due"], {"Book": None})
    world.settle()
    admin.go("/settings")
    admin.press("Save settings", refund_line_cancel="automatic")
    control.fault(operation="createRefund", kind="simulate", simulation_code="ProcessingFailure")
    staff.refund(number["declined_refund"], "2,000")
    world.settle()
    staff.refresh(number["declined_refund"])
    control.seller_central(act="refund", charge_permission_id=made["drift"]["shop"]["payment"]["reference"], amount="20.00")
    staff.refresh(number["drift"])
    for story in ("story", "partly", "refunded", "goodwill", "canceled"):
        staff.refresh(number[story])
    control.settings(refund_delay_s=6 * DAY)
    staff.cancel_lines(number["story"], {"Linen tea towels": 1})
    staff.cancel_order(number["on_its_way"])
    world.settle()
    for story in ("story", "on_its_way"):
        staff.refresh(number[story])
    control.settings(refund_delay_s=20, pending_delay_s=6 * DAY)
    fill_inbox(world, staff, made, admin)
    odd_charges(world, staff, made, number)
    # Two shops can share one Amazon account: what is about the other one waits for a person here.
    other = {"MerchantID": world.account["merchant_id"], "ObjectType": "REFUND", "ObjectId": "S02-7301422-5810937-R018204", "ChargePermissionId": "S02-7301422-5810937",
             "NotificationType": "STATE_CHANGE", "NotificationId": "5b1f0e52-0f57-4a0e-9f0f-1a7b3c2d9e11", "NotificationVersion": "V2"}
    control.post("/notifications/send", {"public_key_id": world.account["public_key_id"], "message": other})
    lose_orders(world, made)
    world.settle()
