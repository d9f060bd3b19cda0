"""Two servers behind nginx on one PostgreSQL are one shop: a login counts on both, notifications arrive at either, a refund goes out once whichever server does
it, settings and a logout count everywhere, and when a server dies the other one goes on."""

import shutil

from balancer import Balancer
from cases import case, check, equal
from orders import order
from staff import Staff
from world import TEST_PASSWORD, Shopadmin

PROXY = ("--trusted-proxy", "127.0.0.1")
ORDERS = [f"B-{i:02}" for i in range(12)]


def second_server(world):
    """Another machine: a data folder of its own with the key to the secrets, the same database."""
    other = Shopadmin(world.programs, world.folder / "other", world.shop.database, "other")
    shutil.copy2(world.shop.folder / "secret.key", other.folder / "secret.key")
    return other


def both_answered(balancer, servers, what):
    served = balancer.served()
    check(all(served[server.port] > 0 for server in servers), f"{what}: both servers answered, found {dict(served)}")


def notifications_arrive_at_either(world, balancer, servers):
    world.subscribe(port=balancer.port, duplicates=1)
    for number in ORDERS[:6]:
        world.control.seller_central(act="refund", charge_permission_id=world.references[number], amount="1.00")
    received = lambda: [server.log.read_text(errors="replace").count("AMAZONPAY_NOTIFICATION_RECEIVED") for server in servers]
    world.until(lambda: all(received()), "each server has taken notifications")
    world.settle()


def refund(world, staff, number, amount):
    """As a person does it whom the page tells that a notification changed the payment meanwhile and nothing was sent: look again, press again."""
    world.until(lambda: staff.refund(number, amount).status != 409, f"the refund of {amount} for {number} is taken")


@case("two_servers_behind_nginx_are_one_shop")
def one_shop(world):
    world.place(*(order(number, payment="Captured") for number in ORDERS))
    world.shop.stop()
    world.shop.start(further=PROXY)
    other = second_server(world).start(further=PROXY)
    servers = (world.shop, other)
    try:
        with Balancer(world.folder / "nginx", [server.port for server in servers]) as balancer:
            jana = Staff(balancer.port, "jana", TEST_PASSWORD).log_in()
            for number in ORDERS:
                check(jana.open_order(number).status == 200, f"{number} is shown")
            both_answered(balancer, servers, "one login, many pages")
            equal(jana.go("/ready").status, 404, "what a server says about itself stays inside")

            notifications_arrive_at_either(world, balancer, servers)
            for number in ORDERS:
                refund(world, jana, number, "2.00")
            world.until(lambda: all(200 in world.refunds(number) for number in ORDERS), "every refund is at Amazon")
            world.settle()
            for number in ORDERS:
                equal(world.refunds(number).count(200), 1, f"{number}: given back once")

            # a setting made at one server counts at the other
            world.shop.set({"approve_refund_above": "5"})
            direct = Staff(other.port, "jana", TEST_PASSWORD).log_in()
            direct.sheet_of_refund(ORDERS[0], "6.00")
            direct.page.must_say("second person")

            # a server dies: nobody has to log in again
            other.kill()
            for number in ORDERS:
                check(jana.open_order(number).status == 200, f"{number} is shown although a server died")
            refund(world, jana, ORDERS[1], "3.00")
            world.until(lambda: 300 in world.refunds(ORDERS[1]), "the server that lives sends the refund")

            # and comes back; a logout at one ends the session at both
            other.start(other.port, further=PROXY)
            ended = Staff(other.port, "jana", TEST_PASSWORD)
            ended.cookies = dict(jana.cookies)
            check(ended.open_order(ORDERS[0]).status == 200, "the session counts at the server that came back")
            logout = next(form for form in jana.go("/account").forms() if form.action == "/logout")
            jana.submit(logout, next(logout.buttons()))
            check(ended.go("/orders").address.startswith("/login"), "a logout counts at both")
    finally:
        other.stop()
