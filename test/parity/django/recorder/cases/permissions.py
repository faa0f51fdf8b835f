from ..forge import basic, seat, stock, token
from ..words import view

PEOPLE = ("root", "ada", "cyd", "eve")


def play(run):
    each(run)
    operators(run)
    models(run)
    owners(run)
    with run.case("permit/no-chain", "nobody can be known: 403, with the permission's own words") as c:
        for rule in ("anyone", "authenticated", "vip", "member", "staff", "authenticated_or_read", "not-vip"):
            c.get(view("none", rule))
            c.post(view("none", rule))
    with run.case("permit/bad-credential-first", "a bad credential is 401 before any rule") as c:
        for rule in ("anyone", "vip", "not-authenticated"):
            c.get(view("stock_token", rule), ("Authorization", "Token no"))


def each(run):
    rules = ("anyone", "authenticated", "staff", "authenticated_or_read", "vip", "member", "vip+member", "member+vip",
             "authenticated+vip", "vip+authenticated")
    for rule in rules:
        with run.case(f"permit/{rule}") as c:
            place = view("stock_token", rule)
            c.get(place)
            for name in PEOPLE:
                c.get(place, stock(name))
            for method in ("POST", "HEAD", "OPTIONS"):
                c.ask(method, place)
                c.ask(method, place, stock("ada"))
    with run.case("permit/first-is-session", "without a scheme the same refusals are 403") as c:
        for rule in ("authenticated", "vip", "member"):
            c.get(view("session", rule))
            c.get(view("session+stock_token", rule))
            c.get(view("session+stock_token", rule), stock("ben"))
    with run.case("permit/groups-change", "a right that is given or taken counts at once") as c:
        place = view("stock_token", "vip")
        c.get(place, stock("ada"))
        c.world(user="ada", groups=["vip"])
        c.get(place, stock("ada"))
        c.world(user="ada", groups=[])
        c.get(place, stock("ada"))
    with run.case("permit/staff-changes", "") as c:
        c.world(user="ben", is_staff=True)
        c.get(view("stock_token", "staff"), stock("ben"))
        c.world(user="root", is_staff=False)
        c.get(view("stock_token", "staff"), stock("root"), note="a superuser who is not staff is refused")


def operators(run):
    rules = ("not-staff", "not-authenticated", "not-vip", "staff-or-vip", "staff-and-vip", "vip-and-member",
             "not-staff-and-member", "vip-or-not-authenticated", "staff-or-vip-and-member", "authenticated-and-not-vip",
             "anyone-and-vip", "vip-or-member+authenticated", "authenticated+not-vip")
    for rule in rules:
        with run.case(f"permit/{rule}") as c:
            place = view("stock_token", rule)
            c.get(place)
            for name in PEOPLE:
                c.get(place, stock(name))


def models(run):
    for rule in ("model", "model_or_anon_read"):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "PURGE"):
            with run.case(f"permit/{rule}/{method}") as c:
                place = view("stock_token", rule)
                c.ask(method, place)
                for name in ("root", "ada", "fay"):
                    c.ask(method, place, stock(name))
    with run.case("permit/model/inactive-superuser", "an inactive user is refused before") as c:
        c.world(user="root", is_active=False)
        c.post(view("stock_token", "model"), stock("root"))
    with run.case("permit/model/operators", "") as c:
        for rule in ("model-or-vip", "model-and-vip", "not-model"):
            for name in ("root", "fay", "eve", "ada"):
                c.ask("DELETE", view("stock_token", rule), stock(name))
    with run.case("permit/model/token-record", "rights are looked up by the id in the record") as c:
        seat(c, "root", "fay", "ben")
        for name in ("root", "fay", "ben"):
            c.post(view("token", "model"), token(name))
    with run.case("permit/model/no-chain", "nobody can be known") as c:
        for rule in ("model", "model_or_anon_read"):
            for method in ("GET", "POST"):
                c.ask(method, view("none", rule))


def owners(run):
    for rule in ("owner", "owner_url"):
        with run.case(f"permit/{rule}", "one's own, another's, none") as c:
            for owner in ("2", "3", "999", "02", "+2", "%32", "ada"):
                c.get(view("stock_token", rule, owner=owner), stock("ada"))
            c.get(view("stock_token", rule, owner="2"))
            c.get(view("stock_token", rule, owner="2"), stock("root"))
            c.ask("DELETE", view("stock_token", rule, owner="2"), stock("ada"))
            c.ask("DELETE", view("stock_token", rule, owner="2"), stock("ben"))
        with run.case(f"permit/{rule}-or-staff", "or one of the staff") as c:
            for name in ("ada", "ben", "cyd"):
                c.get(view("basic", f"{rule}-or-staff", owner="2"), basic(f"{name}:{name}-secret"))
    with run.case("permit/owner-and-not-vip", "") as c:
        for name in ("ada", "ben", "eve"):
            c.get(view("stock_token", "owner_url-and-not-vip", owner="2"), stock(name))
        c.get(view("stock_token", "owner_url-and-not-vip", owner="6"), stock("eve"))
