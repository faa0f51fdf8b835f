from itertools import permutations

from ..forge import basic, bearer, cookie, jwt, seat, session, shelf_name, stock, token
from ..words import view
from .session import ADA_HASHED, K

KINDS = ("token", "session", "basic", "jwt")


def seated(c):
    seat(c, "ben")
    c.do("SET", shelf_name(K), session(2, ADA_HASHED), "EX", 1209600)


def play(run):
    good = {"token": token("ben"), "session": cookie(sessionid=K), "basic": basic("cyd:cyd-secret"), "jwt": bearer(jwt(7))}
    bad = {"token": ("Authorization", "Token no"), "session": cookie(sessionid="q" * 32), "basic": basic("cyd:no"),
           "jwt": bearer("hello")}
    for pair in permutations(KINDS, 2):
        with run.case("chain/" + "+".join(pair)) as c:
            place = view("+".join(pair), "authenticated")
            seated(c)
            c.get(place)
            for kind in KINDS:
                c.get(place, good[kind])
                if kind in pair:
                    c.get(place, bad[kind])
            c.get(view("+".join(pair), "staff"), good[pair[0]])
    for chain in ("token+session+basic+jwt", "session+jwt+token+basic"):
        with run.case(f"chain/{chain}", "all four") as c:
            place = view(chain, "authenticated")
            seated(c)
            c.get(place)
            for kind in KINDS:
                c.get(place, good[kind])
                c.get(place, bad[kind])
            for kind in ("token", "basic", "jwt"):
                c.get(place, good["session"], good[kind])
                c.get(place, good["session"], bad[kind])
            c.get(place, bad["session"], good["token"])
    for kind in (*KINDS, "stock_token", "session_exempt", "jwt_single", "remote_user"):
        with run.case(f"chain/alone/{kind}") as c:
            c.get(view(kind, "authenticated"))
            c.get(view(kind, "anyone"))
            c.get(view(kind, "vip"))
            c.get(view(kind, "authenticated"), ("Authorization", "Digest x"))
    with run.case("chain/none", "no authenticator: every credential is ignored") as c:
        seated(c)
        for one in good.values():
            c.get(view("none", "anyone"), one)
            c.get(view("none", "authenticated"), one)
        c.post(view("none", "anyone"), good["session"])
    with run.case("chain/same-twice", "two that read one header: the first refuses for both") as c:
        seated(c)
        for chain in ("token+stock_token", "stock_token+token"):
            c.get(view(chain, "authenticated"), token("ben"))
            c.get(view(chain, "authenticated"), stock("ben"))
    with run.case("chain/unsafe", "CSRF is asked only where the session answered") as c:
        seated(c)
        for chain in ("session+token", "token+session", "session_exempt+token"):
            c.post(view(chain, "authenticated"), good["session"])
            c.post(view(chain, "authenticated"), good["session"], good["token"])


def anonymous(run):
    with run.case("chain/anonymous", "UNAUTHENTICATED_USER is another than Django's") as c:
        for chain in ("stock_token", "session", "none"):
            for rule in ("anyone", "authenticated", "authenticated_or_read", "vip", "not-authenticated", "model_or_anon_read"):
                c.get(view(chain, rule))
        c.get(view("stock_token", "anyone"), stock("ada"))
    with run.case("chain/anonymous-throttled", "and is counted by the address") as c:
        for limits in ("anon@1-m", "user@1-m"):
            for moment in (0, 1):
                c.get(view("stock_token", "anyone", limits), at=moment)
