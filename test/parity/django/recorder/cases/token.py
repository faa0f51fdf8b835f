from ..forge import key_of, record, seat, stock, token
from ..words import view

V = view("token", "authenticated")
LOGIN = "/login/token/"


def auth(value):
    return ("Authorization", value)


def play(run):
    lives(run)
    forms(run)
    records(run)
    stocks(run)


def lives(run):
    ada = {"username": "ada", "password": "ada-secret"}
    run.one("token/none", "nobody said who they are", "GET", V)
    with run.case("token/login", "what Django writes, and that use does not renew it") as c:
        key = c.django(LOGIN, json_body=ada)["json"]["token"]
        c.get(V, auth(f"Token {key}"))
        c.do("EXPIRE", key, 1000)
        c.get(V, auth(f"Token {key}"))
        c.do("PERSIST", key)
        c.get(V, auth(f"Token {key}"), note="a key without a lifetime is good, too")
    with run.case("token/two-logins", "the second leaves the first alive") as c:
        first = c.django(LOGIN, json_body=ada)["json"]["token"]
        second = c.django(LOGIN, json_body=ada)["json"]["token"]
        for key in (first, second):
            c.get(V, auth(f"Token {key}"))
    with run.case("token/logout", "the key is gone at once") as c:
        key = c.django(LOGIN, json_body=ada)["json"]["token"]
        c.django("/logout/token/", auth(f"Token {key}"))
        c.get(V, auth(f"Token {key}"))
    with run.case("token/wrong-password", "200 with the refusal in the body; nothing is written") as c:
        c.django(LOGIN, json_body={"username": "ada", "password": "no"})
        c.django(LOGIN, json_body={"username": "dot", "password": "dot-secret"}, note="inactive")
    with run.case("token/expired", "the key ran out") as c:
        seat(c, "ada")
        c.do("PEXPIRE", key_of("ada"), 1)
        c.do("DEL", key_of("ada"))
        c.get(V, token("ada"))
    with run.case("token/deactivated-later", "the record is not compared with the user") as c:
        seat(c, "ada")
        c.world(user="ada", is_active=False)
        c.get(V, token("ada"))
        c.world(user="ada", delete=True)
        c.get(V, token("ada"))
    with run.case("token/staff-is-not-in-it", "the record names no rights, so staff rules refuse") as c:
        seat(c, "root", "cyd")
        for name in ("root", "cyd"):
            c.get(view("token", "staff"), token(name))
            c.get(view("token", "not-staff"), token(name))
    with run.case("token/groups-by-id", "groups and permissions are looked up by the record's id") as c:
        seat(c, "eve", "ada", "fay", "ben")
        for name in ("eve", "ada"):
            c.get(view("token", "vip"), token(name))
        for name in ("fay", "ben"):
            c.ask("POST", view("token", "model"), token(name))
    with run.case("token/record-fields", "a rule over the record itself") as c:
        seat(c, "ada", "ben", "eve")
        for name in ("ada", "ben", "eve"):
            c.get(view("token", "member"), token(name))
    for method in ("HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"):
        with run.case(f"token/method/{method}", "the same for every method") as c:
            seat(c, "ada")
            c.ask(method, V)
            if method != "OPTIONS":
                c.ask(method, V, token("ada"))
    with run.case("token/anyone", "AllowAny still refuses a bad credential") as c:
        seat(c, "ada")
        c.get(view("token", "anyone"))
        c.get(view("token", "anyone"), token("ada"))
        c.get(view("token", "anyone"), auth("Token nothing-such"))


def forms(run):
    key = key_of("ada")
    known = {
        "keyword-lower": f"token {key}", "keyword-upper": f"TOKEN {key}", "keyword-mixed": f"ToKeN {key}",
        "tab": f"Token\t{key}", "many-spaces": f"Token    {key}", "trailing-space": f"Token {key}  ",
        "vertical-tab": f"Token\x0b{key}", "form-feed": f"Token\x0c{key}",
        "alone": "Token", "alone-space": "Token ", "empty": "", "only-key": key,
        "three-parts": f"Token {key} x", "four-parts": f"Token a {key} x",
        "other-keyword": f"Bearer {key}", "keyword-prefix": f"Toke {key}", "keyword-longer": f"Tokens {key}",
        "glued": f"Token{key}", "colon": f"Token: {key}", "equals": f"Token={key}", "quoted": f'Token "{key}"',
        "key-upper": f"Token {key.upper()}", "key-short": f"Token {key[:-1]}", "key-long": f"Token {key}0",
        "comma": f"Token {key},", "unknown": "Token " + "f" * 40, "word": "Token hello",
        "bytes-not-utf8": "Token \xff\xfe", "latin1": "Token caf\xe9", "utf8": "Token caf\xc3\xa9",
        "nbsp": f"Token\xa0{key}", "keyword-bytes": f"T\xc3\xb6ken {key}", "long": "Token " + "a" * 2000,
    }
    for name, value in known.items():
        with run.case(f"token/form/{name}") as c:
            seat(c, "ada")
            c.get(V, auth(value))
    with run.case("token/form/two-headers", "two headers are joined with a comma") as c:
        seat(c, "ada", "ben")
        c.get(V, token("ada"), token("ben"))
        c.get(V, token("ada"), auth("Basic x"))
    with run.case("token/form/header-name", "the header's name in any case") as c:
        seat(c, "ada")
        for name in ("authorization", "AUTHORIZATION", "aUTHorization"):
            c.get(V, (name, f"Token {key}"))
    with run.case("token/form/elsewhere", "neither the query nor a cookie is looked at") as c:
        seat(c, "ada")
        c.get(V + f"?token={key}")
        c.get(V, ("Cookie", f"token={key}"))
        c.get(V, ("Proxy-Authorization", f"Token {key}"))


def records(run):
    odd = {
        "not-json": "hello", "empty": "", "list": "[]", "text": '"ada"', "null": "null", "number": "2",
        "no-id": '{"username": "ada"}', "id-null": '{"id": null}', "unknown-field": '{"id": 2, "vip": true}',
        "truncated": record("ada")[:-1],
    }
    for name, value in odd.items():
        with run.case(f"token/record/{name}") as c:
            c.do("SET", key_of("ada"), value)
            c.get(V, token("ada"))
    plain = {
        "id-only": '{"id": 2}', "inactive": '{"id": 2, "username": "ada", "is_active": false}',
        "staff": '{"id": 2, "is_staff": true}', "unknown-user": '{"id": 999, "username": "nobody"}',
        "spaces": '  { "id" : 2 }\n', "unicode": '{"id": 8, "username": "g\\u00edl"}',
        "utf8": '{"id": 8, "username": "gíl"}', "twice": '{"id": 2, "id": 3}',
    }
    for name, value in plain.items():
        with run.case(f"token/record/{name}") as c:
            c.do("SET", key_of("ada"), value.encode() if not value.isascii() else value)
            c.get(V, token("ada"))
            c.get(view("token", "staff"), token("ada"))
    with run.case("token/record/other-type", "a key that is not a string") as c:
        c.do("RPUSH", "aside", "x")
        c.do("DEL", "aside")
        c.do("SET", "short", record("ada"))
        c.get(V, auth("Token short"), note="any key that can be written in a header is a token")


def stocks(run):
    place = view("stock_token", "authenticated")
    with run.case("stock-token/known", "the same header, kept in the database") as c:
        for name in ("root", "ada", "dot"):
            c.get(place, stock(name))
        c.get(view("stock_token", "staff"), stock("root"))
        c.get(view("stock_token", "staff"), stock("ada"))
    with run.case("stock-token/refused", "its own words") as c:
        for value in ("Token", "Token a b", "Token nothing-such", "Token \xff"):
            c.get(place, auth(value))
        c.get(place)
    with run.case("stock-token/user-changes", "the user is read at each request") as c:
        c.get(place, stock("ada"))
        c.world(user="ada", is_active=False)
        c.get(place, stock("ada"))
        c.world(user="ada", is_active=True)
        c.get(place, stock("ada"))
        c.world(user="ada", delete=True)
        c.get(place, stock("ada"))
