import base64

from ..forge import basic
from ..words import view

V = view("basic", "authenticated")


def auth(value):
    return ("Authorization", value)


def raw(data):
    return base64.b64encode(data).decode()


def play(run):
    good = raw(b"ada:ada-secret")
    run.one("basic/none", "nobody said who they are", "GET", V)
    forms = {
        "good": f"Basic {good}", "keyword-lower": f"basic {good}", "keyword-upper": f"BASIC {good}",
        "alone": "Basic", "alone-space": "Basic ", "three-parts": f"Basic {good} x", "tab": f"Basic\t{good}",
        "many-spaces": f"Basic   {good}", "other-keyword": f"Token {good}", "glued": f"Basic{good}",
        "not-base64": "Basic ada:ada-secret", "no-padding": "Basic " + raw(b"ada:ada-secret2").rstrip("="),
        "foreign-characters": f"Basic {good[:4]}-_!{good[4:]}", "padding-twice": f"Basic {good}====",
        "newline-escaped": f"Basic {good}\\n", "one-character": "Basic a", "dots": "Basic ....",
        "no-colon": "Basic " + raw(b"ada"), "only-colon": "Basic " + raw(b":"), "empty-user": "Basic " + raw(b":x"),
        "empty-password": "Basic " + raw(b"ada:"), "wrong-password": "Basic " + raw(b"ada:no"),
        "unknown-user": "Basic " + raw(b"nobody:no"), "user-case": "Basic " + raw(b"ADA:ada-secret"),
        "space-before": "Basic " + raw(b" ada:ada-secret"), "space-after": "Basic " + raw(b"ada:ada-secret "),
        "inactive": "Basic " + raw(b"dot:dot-secret"), "nul": "Basic " + raw(b"ada\x00:ada-secret"),
        "header-not-ascii": "Basic \xff\xfe",
    }
    for name, value in forms.items():
        run.one(f"basic/form/{name}", "", "GET", V, auth(value))
    with run.case("basic/unicode", "UTF-8 first, then Latin-1; the first colon splits") as c:
        c.get(V, basic("gíl:pä:ss wörd"))
        c.get(V, basic("gíl:pä:ss wörd", "latin-1"))
        c.get(V, basic("gíl:pä:ss wörd", "utf-16"))
        c.get(V, basic("gíl:pä"))
    with run.case("basic/user-changes", "password and activity as they are now") as c:
        c.get(V, basic("ben:ben-secret"))
        c.world(user="ben", password="changed")
        c.get(V, basic("ben:ben-secret"))
        c.get(V, basic("ben:changed"))
        c.world(user="ben", is_active=False)
        c.get(V, basic("ben:changed"))
    with run.case("basic/rights", "the whole user is known") as c:
        for name in ("root", "cyd", "ada", "eve"):
            for rule in ("staff", "vip"):
                c.get(view("basic", rule), basic(f"{name}:{name}-secret"))
    with run.case("basic/no-session", "no cookie, no key") as c:
        c.post(V, basic("ada:ada-secret"))
        c.get(view("basic+session", "authenticated"), basic("ada:ada-secret"))
    with run.case("basic/anyone", "AllowAny still refuses a bad credential") as c:
        c.get(view("basic", "anyone"))
        c.get(view("basic", "anyone"), basic("ada:no"))
        c.get(view("basic", "anyone"), basic("ada:ada-secret"))
    with run.case("basic/two-headers", "joined with a comma") as c:
        c.get(V, basic("ada:ada-secret"), basic("ben:ben-secret"))
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
        run.one(f"basic/method/{method}", "", method, V, basic("ada:no"))
    with run.case("remote-user/header", "a name that a proxy vouches for") as c:
        place = view("remote_user", "authenticated")
        c.get(place)
        for name in ("ada", "dot", "nobody", "", "g\xc3\xadl"):
            c.get(place, ("X-Remote-User", name))
        c.get(view("remote_user", "staff"), ("X-Remote-User", "root"))
        c.get(view("remote_user+token", "authenticated"), auth("Token x"))
