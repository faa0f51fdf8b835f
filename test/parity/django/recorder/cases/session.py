import pickle
import zlib

from ..forge import cookie, session, session_hash, session_key, shelf_name, stock
from ..words import view

V = view("session", "authenticated")
LOGIN, LOGOUT, WRITE = "/login/session/", "/logout/session/", "/session/write/"
ADA = {"username": "ada", "password": "ada-secret"}
ADA_HASHED = "pbkdf2_sha256$1000$parity0000000000000002$r21LMuXzd5rR+qQqPQQBagID9Kf6S6Z8h9C7kxw+09I="
K = session_key("k")


def jar(reply, *names):
    """The cookies that a reply set, as a Cookie header."""
    held = {one["name"]: one["value"] for one in reply["set_cookie"]}
    return cookie(**{name: held[name] for name in names or held})


def value(reply, name):
    return next(one["value"] for one in reply["set_cookie"] if one["name"] == name)


def play(run):
    lives(run)
    passwords(run)
    cookies(run)
    contents(run)
    writes(run)


def lives(run):
    run.one("session/none", "403: the first authenticator names no scheme", "GET", V)
    with run.case("session/login", "cookies, key and lifetime") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.get(V, jar(seen))
        c.get(V, jar(seen, "sessionid"))
        c.get(V, jar(seen, "csrftoken"))
    with run.case("session/logout", "key and cookie are deleted") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.django(LOGOUT, jar(seen))
        c.get(V, jar(seen))
    with run.case("session/wrong-password", "nothing is written") as c:
        c.django(LOGIN, json_body={"username": "ada", "password": "no"})
    with run.case("session/two-logins", "side by side") as c:
        first, second = c.django(LOGIN, json_body=ADA), c.django(LOGIN, json_body=ADA)
        c.django(LOGOUT, jar(first))
        c.get(V, jar(first))
        c.get(V, jar(second))
    with run.case("session/rotation", "an anonymous session changes its key at login and keeps its data") as c:
        before = c.django(WRITE, json_body={"values": {"basket": [1, 2]}})
        c.get(V, jar(before))
        after = c.django(LOGIN, jar(before), json_body=ADA)
        c.get(V, jar(before))
        c.get(V, jar(after))
    with run.case("session/relogin", "as the same user the key stays; as another it is a new session") as c:
        first = c.django(LOGIN, json_body=ADA)
        c.django(LOGIN, jar(first), json_body=ADA)
        c.get(V, jar(first, "sessionid"))
        other = c.django(LOGIN, jar(first), json_body={"username": "ben", "password": "ben-secret"})
        c.get(V, jar(first, "sessionid"))
        c.get(V, jar(other, "sessionid"))
    with run.case("session/inactive", "refused, but the session stays and revives") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.world(user="ada", is_active=False)
        c.get(V, jar(seen))
        c.post(V, jar(seen), note="no user, hence no CSRF check")
        c.world(user="ada", is_active=True)
        c.get(V, jar(seen))
    with run.case("session/deleted-user", "refused; the session stays") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.world(user="ada", delete=True)
        c.get(V, jar(seen))
    with run.case("session/not-renewed", "reading does not prolong; writing does") as c:
        seen = c.django(LOGIN, json_body=ADA)
        key = shelf_name(value(seen, "sessionid"))
        c.do("EXPIRE", key, 1000)
        c.get(V, jar(seen))
        c.django(WRITE, jar(seen), json_body={"values": {"seen": 1}})
        c.get(V, jar(seen))
    with run.case("session/rights", "the whole user is known") as c:
        for name in ("root", "eve"):
            seen = c.django(LOGIN, json_body={"username": name, "password": f"{name}-secret"})
            for rule in ("staff", "vip", "model"):
                c.get(view("session", rule), jar(seen))
    with run.case("session/vary", "Vary: Cookie where the session was looked at") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.get(view("session+stock_token", "authenticated"), stock("ben"))
        c.get(view("session+stock_token", "authenticated"), jar(seen), stock("ben"), note="the session wins")
        c.get(view("stock_token+session", "authenticated"), jar(seen), stock("ben"))
        c.get(view("stock_token+session", "authenticated"), jar(seen))
        c.get(view("stock_token", "authenticated"), jar(seen))
        c.get(view("none", "anyone"), jar(seen))
    with run.case("session/anyone", "AllowAny knows who it is, if anybody") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.get(view("session", "anyone"), jar(seen))
        c.get(view("session", "anyone"))
        c.get(view("session", "anyone"), cookie(sessionid=K))


def passwords(run):
    with run.case("session/password-by-another-hand", "every session of the user ends at its next use") as c:
        first, second = c.django(LOGIN, json_body=ADA), c.django(LOGIN, json_body=ADA)
        c.world(user="ada", password="changed")
        c.get(V, jar(first))
        c.get(V, jar(first))
        c.get(V, jar(second))
    for keep in (True, False):
        with run.case(f"session/password-change/keep-{str(keep).lower()}", "the user changes it") as c:
            here, there = c.django(LOGIN, json_body=ADA), c.django(LOGIN, json_body=ADA)
            change = {"new": "changed", "keep": keep}
            seen = c.django("/session/password/", jar(here), ("X-CSRFToken", value(here, "csrftoken")), json_body=change)
            c.world(user="ada")  # changes nothing: tells whoever has no Django what she is now
            c.get(V, jar(there))
            c.get(V, jar(here))
            if keep:
                c.get(V, jar(seen))


def cookies(run):
    def seated(c):
        c.do("SET", shelf_name(K), session(2, ADA_HASHED), "EX", 1209600)

    for name, header in {
        "good": f"sessionid={K}", "among-others": f"a=1; sessionid={K}; b=2", "no-space": f"a=1;sessionid={K};b=2",
        "twice-last-good": f"sessionid={'q' * 32}; sessionid={K}", "twice-last-bad": f"sessionid={K}; sessionid={'q' * 32}",
        "quoted": f'sessionid="{K}"', "name-case": f"SessionId={K}", "spaces-around": f"sessionid = {K}",
        "comma": f"a=1, sessionid={K}", "upper": f"sessionid={K.upper()}", "prefix": f"xsessionid={K}",
        "unknown": f"sessionid={'q' * 32}", "short": "sessionid=abc", "seven": "sessionid=kkkkkkk",
        "eight": "sessionid=kkkkkkkk", "empty": "sessionid=", "no-equals": "sessionid", "long": f"sessionid={K}k",
        "odd-characters": "sessionid=../../../../etc", "percent": f"sessionid=%6B{K[1:]}", "bytes": "sessionid=\xff\xfe\xff\xfe\xff\xfe\xff\xfe",
        "semicolons": f";;; sessionid={K};;", "header-empty": "",
    }.items():
        with run.case(f"session/cookie/{name}") as c:
            seated(c)
            c.get(V, ("Cookie", header))
    with run.case("session/cookie/two-headers", "joined with a comma, and lost") as c:
        seated(c)
        c.get(V, ("Cookie", "a=1"), ("Cookie", f"sessionid={K}"))
        c.get(V, ("Cookie", f"sessionid={K}"), ("Cookie", "a=1"))


def contents(run):
    for name, held in {
        "good": session(2, ADA_HASHED),
        "user-number": session(2, ADA_HASHED, _auth_user_id=2),
        "unknown-user": session(999, ADA_HASHED), "user-word": session("ada", ADA_HASHED),
        "user-padded": session(" 2", ADA_HASHED), "no-user": session(2, ADA_HASHED, _auth_user_id=None),
        "inactive-user": session(5, ADA_HASHED),
        "no-backend": session(2, ADA_HASHED, _auth_user_backend=None),
        "other-backend": session(2, ADA_HASHED, _auth_user_backend="somebody.Else"),
        "remote-backend": session(2, ADA_HASHED, _auth_user_backend="gate.authenticate.KnownRemoteUsers"),
        "no-hash": session(2, ADA_HASHED, _auth_user_hash=None),
        "other-hash": session(2, ADA_HASHED, _auth_user_hash="0" * 64),
        "upper-hash": session(2, ADA_HASHED, _auth_user_hash=session_hash(ADA_HASHED).upper()),
        "sha1-hash": session(2, ADA_HASHED, _auth_user_hash=session_hash(ADA_HASHED, "sha1")),
        "empty-dict": pickle.dumps({}, 4), "list": pickle.dumps([], 4), "text": pickle.dumps("hello", 4),
        "number": b"5", "empty": b"", "cut": session(2, ADA_HASHED)[:-1], "noise": b"\x80\x04hello",
        "json": b'{"_auth_user_id": "2"}', "compressed": zlib.compress(session(2, ADA_HASHED)),
        "more-data": session(2, ADA_HASHED, basket=[1, 2.5, True, "é"], seen={"a": (1, 2)}, big=2**40),
    }.items():
        with run.case(f"session/content/{name}") as c:
            c.do("SET", shelf_name(K), held, "EX", 1209600)
            c.get(V, cookie(sessionid=K))
    for protocol in (0, 1, 2, 3, 5):
        with run.case(f"session/protocol/{protocol}") as c:
            c.do("SET", shelf_name(K), session(2, ADA_HASHED, protocol), "EX", 1209600)
            c.get(V, cookie(sessionid=K))
    with run.case("session/content/no-lifetime", "a key that never ends is good, too") as c:
        c.do("SET", shelf_name(K), session(2, ADA_HASHED))
        c.get(V, cookie(sessionid=K))
    with run.case("session/content/other-prefix", "only the configured key is read") as c:
        c.do("SET", shelf_name(K)[1:], session(2, ADA_HASHED))
        c.do("SET", shelf_name(K).replace(":1:", ":2:"), session(2, ADA_HASHED))
        c.get(V, cookie(sessionid=K))


def writes(run):
    for name, seconds in {"hour": 3600, "at-close": 0}.items():
        with run.case(f"session/expiry/{name}", "set_expiry") as c:
            seen = c.django(LOGIN, json_body=ADA)
            c.django(WRITE, jar(seen), json_body={"expiry": seconds})
            c.get(V, jar(seen))
    with run.case("session/data", "what an application keeps beside the login") as c:
        seen = c.django(LOGIN, json_body=ADA)
        many = {"basket": list(range(60)), "name": "Ada é 中", "deep": {"a": [None, True, 1.5, -1, 2**40]}}
        c.django(WRITE, jar(seen), json_body={"values": many})
        c.get(V, jar(seen))


def variant(run):
    with run.case("session/variant", "login, use, unsafe use, logout with these settings") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.get(V, jar(seen))
        c.post(V, jar(seen))
        c.post(V, jar(seen), ("X-CSRFToken", value(seen, "csrftoken")))
        c.django(WRITE, jar(seen), json_body={"values": {"basket": ["tea"] * 40}})
        c.get(V, jar(seen))
        c.django(LOGOUT, jar(seen))
        c.get(V, jar(seen))


def lifetime(run):
    with run.case("session/lifetime", "cookies and lifetimes with these settings") as c:
        seen = c.django(LOGIN, json_body=ADA)
        c.do("EXPIRE", shelf_name(value(seen, "sessionid")), 1000)
        c.get(V, jar(seen))
        c.get(view("token", "anyone"), jar(seen), note="a view that does not look")
        c.get(V)
