from ..forge import cookie, seat, session, shelf_name, stock, token
from ..words import view
from .session import ADA_HASHED, K

JSON = ("Content-Type", "application/json")
BAD = ("Authorization", "Token no")


def play(run):
    for rule, limits in (("authenticated", "user@1-m"), ("staff", "user@1-m"), ("anyone", "anon@1-m")):
        with run.case(f"order/{rule}-{limits.partition('@')[0]}", "who is asked first") as c:
            place = view("stock_token", rule, limits)
            for headers in ([], [BAD], [stock("ada")], [stock("ada")], [stock("root")], [stock("root")], [], []):
                c.get(place, *headers, at=0)
    with run.case("order/permission-before-throttle", "403 even when the quota is used up") as c:
        c.get(view("stock_token", "anyone", "user@1-m"), stock("ada"), at=0)
        c.get(view("stock_token", "staff", "user@1-m"), stock("ada"), at=1)
        c.get(view("stock_token", "vip", "user@1-m"), stock("ada"), at=1)
        c.get(view("stock_token", "authenticated", "user@1-m"), stock("ada"), at=1)
    with run.case("order/first-permission-speaks", "permissions in their order") as c:
        for rule in ("staff+vip", "vip+staff", "member+vip", "vip+member", "authenticated+vip"):
            c.get(view("stock_token", rule), stock("ben"))
            c.get(view("stock_token", rule))
    for method in ("POST", "DELETE", "PURGE", "TRACE"):
        with run.case(f"order/405/{method}", "a method that the view has not: after all three") as c:
            place = view("stock_token", "authenticated", "user@2-m", room="ro")
            c.ask(method, place, at=0)
            c.ask(method, place, BAD, at=0)
            c.ask(method, place, stock("ada"), at=0)
            c.get(place, stock("ada"), at=1)
            c.ask(method, place, stock("ada"), at=2)
    for name, (body, kind) in {"bad-json": ("{", JSON), "unknown-type": ("a,b", ("Content-Type", "text/csv"))}.items():
        with run.case(f"order/body/{name}", "a body that the view reads: after all three") as c:
            place = view("stock_token", "authenticated", "user@1-m", room="parse")
            c.post(place, kind, body=body, at=0)
            c.post(place, kind, stock("ada"), body=body, at=0)
            c.post(place, kind, stock("ada"), body=body, at=1)
    with run.case("order/object", "the object's rule is asked after the throttles") as c:
        c.get(view("stock_token", "owner", "user@1-m", owner="3"), stock("ada"), at=0)
        c.get(view("stock_token", "owner", "user@1-m", owner="2"), stock("ada"), at=1)
        c.get(view("stock_token", "owner_url", "user@1-m", owner="3"), stock("ada"), at=60)
        c.get(view("stock_token", "owner_url", "user@1-m", owner="2"), stock("ada"), at=60)
    with run.case("order/not-acceptable", "Accept is judged before anything else") as c:
        place = view("stock_token", "authenticated", "user@1-m")
        for accept in ("text/csv", "application/json", "*/*", "application/*", "application/xml, */*;q=0.1", ""):
            c.get(place, ("Accept", accept), at=0)
        c.get(place, ("Accept", "text/csv"), stock("ada"), at=0)
    with run.case("order/unknown-path", "no view: Django's own page, no JSON") as c:
        c.get("/nowhere/", stock("ada"))
    with run.case("order/head-and-options", "both are asked everything and counted") as c:
        place = view("stock_token", "authenticated", "user@1-m")
        c.ask("HEAD", place, at=0)
        c.ask("OPTIONS", place, at=0)
        c.ask("OPTIONS", place, stock("ada"), at=0)
        c.ask("HEAD", place, stock("ada"), at=1)
    with run.case("order/defaults", "a view that names nothing: Token, IsAuthenticated, User") as c:
        seat(c, "ada")
        c.get("/default/", at=0)
        for moment in (0, 1, 2, 3):
            c.get("/default/", token("ada"), at=moment)
        c.get(view("none", "anyone", "none"), token("ada"), at=4, note="a view that says `[]` has none")
        c.get(view("token", "authenticated", "none"), token("ada"), at=4)


def defaults(run):
    with run.case("order/other-defaults", "Session and Token, Vip, no throttle") as c:
        seat(c, "ada", "eve")
        c.do("SET", shelf_name(K), session(2, ADA_HASHED), "EX", 1209600)
        c.get("/default/")
        for name in ("ada", "eve"):
            c.get("/default/", token(name))
        c.get("/default/", cookie(sessionid=K))
        c.post("/default/", cookie(sessionid=K))
