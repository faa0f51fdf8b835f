import pickle

from ..forge import basic, bearer, cookie, jwt, seat, session, shelf_name, stock, token
from ..words import view
from .session import ADA_HASHED, K

LANGUAGES = ("de", "es", "fr", "it", "pt-br", "ru", "zh-hans", "ja", "ko", "pl", "ar")
JSON = ("Content-Type", "application/json")


def play(run):
    languages(run)
    for name, value in {
        "none": None, "region": "de-AT", "unknown-region": "de-XX", "unknown": "xx", "wildcard": "*", "upper": "DE",
        "quality": "fr;q=0.5,de", "quality-zero": "de;q=0,fr", "unknown-first": "xx,de;q=0.3", "spaces": "  de , fr",
        "portuguese": "pt", "portuguese-upper": "PT-BR", "chinese-cn": "zh-CN", "chinese-tw": "zh-TW", "chinese": "zh",
        "spanish-mx": "es-MX", "korean-kr": "ko-KR", "english-gb": "en-GB", "broken": "de;q=x", "broken-comma": ",,de,,",
        "underscore": "pt_BR", "equal": "it,es", "bytes": "\xff", "long": "de," * 200,
    }.items():
        headers = [] if value is None else [("Accept-Language", value)]
        run.one(f"messages/choice/{name}", "", "GET", view("token", "authenticated"), *headers)
    with run.case("messages/choice/cookie", "the cookie goes before the header") as c:
        place = view("token", "authenticated")
        c.get(place, ("Cookie", "django_language=fr"), ("Accept-Language", "de"))
        c.get(place, ("Cookie", "django_language=xx"), ("Accept-Language", "de"))
    with run.case("messages/vary", "Vary and Content-Language go with every answer") as c:
        c.get(view("session", "anyone"), ("Accept-Language", "de"))
        c.get(view("stock_token", "anyone"), stock("ada"))


def fixed(run):
    with run.case("messages/fixed", "LANGUAGE_CODE without LocaleMiddleware: the header does not count") as c:
        c.get(view("token", "authenticated"))
        c.get(view("token", "authenticated"), ("Accept-Language", "fr"))


def languages(run):
    """The same requests in each language; only the bodies may differ, and stand side by side as `said`."""
    told = {}
    for language in ("en", *LANGUAGES):
        with run.case("messages/languages", "each step once per language, as Accept-Language; `expect` is for en") as c:
            refusals(c, ("Accept-Language", language))
        told[language] = run.cases.pop()
    first = told.pop("en")
    for place, step in enumerate(first["steps"]):
        if "http" not in step:
            continue
        step["headers"] = [pair for pair in step["headers"] if pair[0] != "Accept-Language"]
        if not step["headers"]:
            del step["headers"]
        step["said"] = {}
        for language, case in told.items():
            other = case["steps"][place]
            bare(step["expect"]), bare(other["expect"])
            body = other["expect"].pop("json")
            assert {**step["expect"], "json": body} == {**other["expect"], "json": body}, (language, step)
            if body != step["expect"]["json"]:
                step["said"][language] = body
    first["languages"] = list(told)
    run.cases.append(first)


def bare(expect):
    """Content-Language and Vary go with every reply here; another case has them."""
    for name in ("Content-Language", "Vary"):
        expect.get("headers", {}).pop(name, None)
    if expect.get("headers") == {}:
        del expect["headers"]


def refusals(c, said):
    seat(c, "ada")
    open_token = view("token", "authenticated")
    c.get(open_token, said)
    for value in ("Token", "Token a b", "Token \xff", "Token no"):
        c.get(open_token, said, ("Authorization", value))
    c.get(view("stock_token", "authenticated"), said, ("Authorization", "Token no"))
    c.get(view("stock_token", "authenticated"), said, stock("dot"))
    for value in ("Basic", "Basic a b", "Basic a"):
        c.get(view("basic", "authenticated"), said, ("Authorization", value))
    c.get(view("basic", "authenticated"), said, basic("ada:no"))
    c.get(view("token", "staff"), said, token("ada"))
    c.get(view("none", "authenticated"), said)
    c.ask("DELETE", view("token", "anyone", room="ro"), said)
    c.get(view("token", "anyone", owner="999"), said)
    c.post(view("token", "anyone", room="parse"), said, JSON, body="{")
    c.post(view("token", "anyone", room="parse"), said, ("Content-Type", "text/csv"), body="a")
    c.get(open_token, said, ("Accept", "text/csv"))
    c.do("SET", shelf_name(K), session(2, ADA_HASHED), "EX", 1209600)
    c.post(view("session", "authenticated"), said, cookie(sessionid=K))
    place = view("none", "anyone", "anon@1-m")
    for moment in (0, 59, 58, 55, 49, 39, 38):
        c.get(place, said, at=moment)
    c.get(view("none", "anyone", "user@-1-m"), said, at=0)
    simple(c, said)


def simple(c, said):
    place = view("jwt", "authenticated")
    for value in ("Bearer", "Bearer hello"):
        c.get(place, said, ("Authorization", value))
    for text in (jwt(without=["jti"]), jwt(without=["token_type"]), jwt(token_type="refresh"), jwt(without=["user_id"]),
                 jwt(999), jwt(5)):
        c.get(place, said, bearer(text))
    c.do("SET", "single:1:2", pickle.dumps("another", 4), "EX", 500)
    c.get(view("jwt_single", "authenticated"), said, bearer(jwt()))
