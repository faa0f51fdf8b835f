from ..forge import cookie, seat, session, shelf_name, token
from ..words import view
from .session import ADA, ADA_HASHED, K, LOGIN, jar, value

V = view("session", "authenticated")
SECRET = "abcdefghijklmnopqrstuvwxyzABCDEF"
OTHER = "FEDCBAzyxwvutsrqponmlkjihgfedcba"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
FORM = "application/x-www-form-urlencoded"


def masked(secret, mask):
    """A token of 64 characters: the mask, then the secret shifted by it."""
    total = len(LETTERS)
    moved = (LETTERS[(LETTERS.index(a) + LETTERS.index(b)) % total] for a, b in zip(secret, mask))
    return mask + "".join(moved)


LONG, LONGER = masked(SECRET, OTHER), masked(SECRET, "x" * 32)


def seated(c):
    c.do("SET", shelf_name(K), session(2, ADA_HASHED), "EX", 1209600)


def with_cookie(c, csrf, *headers, method="POST", place=V, **rest):
    c.ask(method, place, cookie(sessionid=K, **({} if csrf is None else {"csrftoken": csrf})), *headers, **rest)


def said(text):
    return ("X-CSRFToken", text)


def play(run):
    methods(run)
    tokens(run)
    bodies(run)
    others(run)
    with run.case("csrf/rotation", "login gives a new one; the old one no longer fits") as c:
        old = c.django("/csrf/", method="GET")
        seen = c.django(LOGIN, jar(old), json_body=ADA)
        old_value, new_value = value(old, "csrftoken"), value(seen, "csrftoken")
        c.post(V, jar(seen), said(new_value))
        c.post(V, jar(seen), said(old_value))
        c.post(V, jar(seen), said(seen["json"]["csrf"]), note="another mask over the same secret")
        c.post(V, cookie(sessionid=value(seen, "sessionid"), csrftoken=old_value), said(old_value),
               note="the cookie alone is compared: an old pair still agrees")


def methods(run):
    for method in ("GET", "HEAD", "OPTIONS", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PURGE"):
        with run.case(f"csrf/method/{method}") as c:
            seated(c)
            with_cookie(c, None, method=method)
            with_cookie(c, SECRET, said(SECRET), method=method)


def tokens(run):
    pairs = {
        "secret-secret": (SECRET, SECRET), "secret-long": (SECRET, LONG), "long-secret": (LONG, SECRET),
        "long-long": (LONG, LONG), "long-longer": (LONG, LONGER), "other": (SECRET, OTHER), "other-long": (OTHER, LONG),
        "no-header": (SECRET, None), "empty-header": (SECRET, ""), "short-header": (SECRET, SECRET[:-1]),
        "long-by-one": (SECRET, SECRET + "a"), "foreign-letter": (SECRET, SECRET[:-1] + "-"), "case": (SECRET, SECRET.swapcase()),
        "space": (SECRET, f" {SECRET} "), "no-cookie": (None, SECRET), "empty-cookie": ("", SECRET),
        "short-cookie": (SECRET[:-1], SECRET[:-1]), "foreign-cookie": (SECRET[:-1] + "-", SECRET[:-1] + "-"),
        "cut-long": (LONG, LONG[:-1]), "bytes": (SECRET, "\xc3\xa9" * 16),
    }
    for name, (kept, sent) in pairs.items():
        with run.case(f"csrf/pair/{name}") as c:
            seated(c)
            with_cookie(c, kept, *([] if sent is None else [said(sent)]))
    with run.case("csrf/header-name", "the header's name in any case; others do not count") as c:
        seated(c)
        for name in ("x-csrftoken", "X-CSRFTOKEN", "X-CSRF-Token", "X-XSRF-Token"):
            with_cookie(c, SECRET, (name, SECRET))
    with run.case("csrf/header-twice", "joined with a comma") as c:
        seated(c)
        with_cookie(c, SECRET, said(SECRET), said(SECRET))
    with run.case("csrf/query", "the query is not looked at") as c:
        seated(c)
        with_cookie(c, SECRET, place=V + f"?csrfmiddlewaretoken={SECRET}")


def bodies(run):
    field = f"csrfmiddlewaretoken={SECRET}"
    kinds = ("Content-Type", FORM)
    for name, (headers, body, method) in {
        "form-field": ([kinds], field, "POST"), "form-field-put": ([kinds], field, "PUT"),
        "form-field-wrong-header-good": ([kinds, said(SECRET)], f"csrfmiddlewaretoken={OTHER}", "POST"),
        "form-field-empty-header-good": ([kinds, said(SECRET)], "csrfmiddlewaretoken=", "POST"),
        "json-field": ([("Content-Type", "application/json")], '{"csrfmiddlewaretoken": "%s"}' % SECRET, "POST"),
        "bad-json": ([("Content-Type", "application/json")], "{", "POST"),
        "bad-json-good-header": ([("Content-Type", "application/json"), said(SECRET)], "{", "POST"),
        "bad-json-put": ([("Content-Type", "application/json")], "{", "PUT"),
        "unknown-type": ([("Content-Type", "text/csv"), said(SECRET)], "a,b", "POST"),
        "unknown-type-put": ([("Content-Type", "text/csv"), said(SECRET)], "a,b", "PUT"),
    }.items():
        with run.case(f"csrf/body/{name}") as c:
            seated(c)
            with_cookie(c, SECRET, *headers, method=method, body=body)


def others(run):
    with run.case("csrf/not-asked", "only a live session user is asked") as c:
        seat(c, "ada")
        c.post(view("session", "anyone"))
        c.post(view("session", "anyone"), cookie(sessionid=K))
        c.post(view("session+token", "authenticated"), token("ada"))
        seated(c)
        c.post(view("token+session", "authenticated"), token("ada"), cookie(sessionid=K))
        c.post(view("session+token", "authenticated"), token("ada"), cookie(sessionid=K), note="the session answers first")
        c.post(view("token", "authenticated"), cookie(sessionid=K))
        c.post(view("session_exempt", "authenticated"), cookie(sessionid=K))
    with run.case("csrf/status", "the first authenticator chooses 401 or 403") as c:
        seated(c)
        c.post(view("token+session", "authenticated"), cookie(sessionid=K))
        c.post(view("session+token", "authenticated"), cookie(sessionid=K))
    with run.case("csrf/before-permission", "the check is a part of authentication") as c:
        seated(c)
        c.post(view("session", "staff"), cookie(sessionid=K))
        c.post(view("session", "staff"), cookie(sessionid=K, csrftoken=SECRET), said(SECRET))
        c.post(view("session", "anyone"), cookie(sessionid=K))
    with run.case("csrf/no-quota", "a CSRF refusal is not counted") as c:
        seated(c)
        place = view("session", "anyone", "user@1-m")
        c.post(place, cookie(sessionid=K), at=0)
        c.post(place, cookie(sessionid=K, csrftoken=SECRET), said(SECRET), at=0)
        c.post(place, cookie(sessionid=K, csrftoken=SECRET), said(SECRET), at=1)
        c.post(place, cookie(sessionid=K), at=1)
    with run.case("csrf/origin", "this generation does not look at Origin over http") as c:
        seated(c)
        for origin in ("https://evil.example", "null", "http://127.0.0.1"):
            with_cookie(c, SECRET, said(SECRET), ("Origin", origin))
        with_cookie(c, SECRET, said(SECRET), ("Referer", "https://evil.example/"))


def https(run):
    tls, host = ("X-Forwarded-Proto", "https"), ("Host", "shop.test")
    for name, referer in {
        "none": None, "empty": "", "same": "https://shop.test/page", "same-bare": "https://shop.test",
        "port": "https://shop.test:443/", "other-port": "https://shop.test:8443/", "insecure": "http://shop.test/",
        "other": "https://evil.example/", "suffix": "https://shop.test.evil.example/", "sub": "https://a.shop.test/",
        "upper": "https://SHOP.test/", "scheme-upper": "HTTPS://shop.test/", "trusted": "https://trusted.test/",
        "trusted-sub": "https://a.trusted.test/", "wild": "https://wild.test/", "wild-sub": "https://a.b.wild.test/",
        "wild-near": "https://notwild.test/", "trusted-insecure": "http://trusted.test/", "malformed": "shop.test",
        "path-only": "/page", "no-host": "https:///page", "userinfo": "https://shop.test@evil.example/",
        "broken-port": "https://shop.test:port/",
    }.items():
        with run.case(f"csrf/https/{name}") as c:
            seated(c)
            given = [] if referer is None else [("Referer", referer)]
            with_cookie(c, SECRET, host, tls, *given, said(SECRET))
    with run.case("csrf/https/then-token", "a good Referer does not replace the token") as c:
        seated(c)
        good = ("Referer", "https://shop.test/")
        with_cookie(c, SECRET, host, tls, good)
        with_cookie(c, None, host, tls, good, said(SECRET))
        with_cookie(c, None, host, tls, ("Referer", "https://evil.example/"))
        with_cookie(c, None, host, tls, method="GET")
    with run.case("csrf/https/host-port", "the Host's port counts") as c:
        seated(c)
        for said_host, referer in (("shop.test:8443", "https://shop.test:8443/"), ("shop.test:443", "https://shop.test/"),
                                   ("SHOP.test", "https://shop.test/"), ("shop.test", "https://shop.test:443/")):
            with_cookie(c, SECRET, ("Host", said_host), tls, ("Referer", referer), said(SECRET))
    with run.case("csrf/https/origin", "nor at Origin over https") as c:
        seated(c)
        with_cookie(c, SECRET, host, tls, ("Origin", "https://shop.test"), said(SECRET))
        with_cookie(c, SECRET, host, tls, ("Origin", "https://evil.example"), ("Referer", "https://shop.test/"), said(SECRET))
