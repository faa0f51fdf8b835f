import pickle

from ..forge import bearer, jwt
from ..words import view

V = view("jwt_single", "authenticated")
LOGIN = "/login/jwt-single/"
ADA = {"username": "ada", "password": "ada-secret"}
KEY = "single:1:2"


def play(run):
    run.one("single/none", "nobody said who they are", "GET", V)
    with run.case("single/login", "each use prolongs the entry") as c:
        token = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.get(V, bearer(token))
        c.do("EXPIRE", KEY, 100)
        c.get(V, bearer(token))
        c.do("PERSIST", KEY)
        c.get(V, bearer(token), note="a lifetime is set again")
    with run.case("single/displaced", "a second login ends the first") as c:
        first = c.django(LOGIN, json_body=ADA)["json"]["access"]
        second = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.get(V, bearer(first))
        c.get(V, bearer(second))
        c.get(V, bearer(first), note="still displaced; it does not come back by use")
    with run.case("single/displaced-does-not-prolong", "a refused token renews nothing") as c:
        first = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.django(LOGIN, json_body=ADA)
        c.do("EXPIRE", KEY, 100)
        c.get(V, bearer(first))
    with run.case("single/logout", "the entry is gone") as c:
        token = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.django("/logout/jwt-single/", bearer(token))
        c.get(V, bearer(token))
        c.get(view("jwt", "authenticated"), bearer(token), note="to the plain authenticator it is as good as ever")
    with run.case("single/expired-entry", "Redis forgot it") as c:
        token = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.do("DEL", KEY)
        c.get(V, bearer(token))
    with run.case("single/login-again-after-logout", "") as c:
        token = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.django("/logout/jwt-single/", bearer(token))
        again = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.get(V, bearer(again))
        c.get(V, bearer(token))
    with run.case("single/users-apart", "one entry each") as c:
        ada = c.django(LOGIN, json_body=ADA)["json"]["access"]
        ben = c.django(LOGIN, json_body={"username": "ben", "password": "ben-secret"})["json"]["access"]
        c.get(V, bearer(ada))
        c.get(V, bearer(ben))
        c.do("DEL", KEY)
        c.get(V, bearer(ada))
        c.get(V, bearer(ben))
    with run.case("single/wrong-password", "nothing is written") as c:
        c.django(LOGIN, json_body={"username": "ada", "password": "no"})
    with run.case("single/user-changes", "the user first, then the entry") as c:
        token = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.world(user="ada", is_active=False)
        c.get(V, bearer(token))
        c.world(user="ada", is_active=True)
        c.get(V, bearer(token))
        c.world(user="ada", delete=True)
        c.get(V, bearer(token))
    entries(run)
    refused(run)


def entries(run):
    mine = jwt()
    for name, stored in {
        "exact": mine, "other": jwt(jti="x"), "empty": "", "prefix": mine[:-1], "longer": mine + "=", "none": None,
        "number": 2, "list": [mine], "bytes": mine.encode(), "bearer": f"Bearer {mine}",
    }.items():
        with run.case(f"single/entry/{name}") as c:
            value = stored if isinstance(stored, int) else pickle.dumps(stored, 4)
            c.do("SET", KEY, value, "EX", 500)
            c.get(V, bearer(mine))
    for protocol in (0, 1, 2, 3, 5):
        with run.case(f"single/protocol/{protocol}") as c:
            c.do("SET", KEY, pickle.dumps(mine, protocol), "EX", 500)
            c.get(V, bearer(mine))
    with run.case("single/entry/other-user", "another user's entry does not help") as c:
        c.do("SET", "single:1:3", pickle.dumps(mine, 4), "EX", 500)
        c.get(V, bearer(mine))
    with run.case("single/entry/id-as-text", "the claim is text, the key the user's own id") as c:
        text = jwt("2")
        c.do("SET", KEY, pickle.dumps(text, 4), "EX", 500)
        c.get(V, bearer(text))
    with run.case("single/entry/padded", "the comparison is of the text") as c:
        c.do("SET", KEY, pickle.dumps(mine, 4), "EX", 500)
        c.get(V, bearer(mine + "="))


def refused(run):
    for name, text in {
        "expired": jwt(exp=1_700_000_001), "other-key": jwt(key="another-key-of-some-length-0123456789"),
        "refresh": jwt(token_type="refresh"), "word": "hello", "no-user": jwt(without=["user_id"]),
        "unknown-user": jwt(999), "inactive": jwt(5),
    }.items():
        with run.case(f"single/refused/{name}") as c:
            c.do("SET", KEY, pickle.dumps(text, 4), "EX", 500)
            c.get(V, bearer(text))
    with run.case("single/keyword", "another keyword passes on") as c:
        c.get(V, bearer(jwt(), "bearer"))
        c.get(view("jwt_single+session", "authenticated"), bearer(jwt(), "bearer"))
        c.get(view("session+jwt_single", "authenticated"), bearer(jwt()), note="first is the session: 403")
    with run.case("single/anyone", "AllowAny refuses the displaced") as c:
        c.get(view("jwt_single", "anyone"))
        c.get(view("jwt_single", "anyone"), bearer(jwt()))


def variant(run):
    with run.case("single/variant", "login, use, displaced, logout with these settings") as c:
        first = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.get(V, bearer(first))
        second = c.django(LOGIN, json_body=ADA)["json"]["access"]
        c.get(V, bearer(first))
        c.get(V, bearer(second))
        c.django("/logout/jwt-single/", bearer(second))
        c.get(V, bearer(second))
