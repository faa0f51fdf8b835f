from ..forge import FAR, JWT_KEY, bearer, jwt, key_of, part, seat
from ..words import view

V = view("jwt", "authenticated")


def auth(value):
    return ("Authorization", value)


def play(run):
    run.one("jwt/none", "nobody said who they are", "GET", V)
    with run.case("jwt/login", "what Django issues is accepted; the refresh token is not") as c:
        pair = c.django("/login/jwt/", json_body={"username": "ada", "password": "ada-secret"})["json"]
        c.get(V, bearer(pair["access"]))
        c.get(V, bearer(pair["refresh"]))
        fresh = c.django("/login/jwt/refresh/", json_body={"refresh": pair["refresh"]})["json"]["access"]
        c.get(V, bearer(fresh))
        c.get(V, bearer(pair["access"]), note="the older one lives on")
        c.django("/login/jwt/refresh/", json_body={"refresh": pair["access"]})
    forms(run)
    claims(run)
    seals(run)
    people(run)


def forms(run):
    good = jwt()
    for name, value in {
        "good": f"Bearer {good}", "keyword-lower": f"bearer {good}", "keyword-upper": f"BEARER {good}",
        "other-keyword": f"Token {good}", "alone": "Bearer", "alone-space": "Bearer ", "three-parts": f"Bearer {good} x",
        "tab": f"Bearer\t{good}", "many-spaces": f"Bearer   {good}", "empty": "", "glued": f"Bearer{good}",
        "word": "Bearer hello", "two-dots": "Bearer a.b", "dots": "Bearer ..", "four-segments": f"Bearer {good}.x",
        "padded": f"Bearer {good}=", "cut": f"Bearer {good[:-3]}", "comma": f"Bearer {good},",
        "not-ascii": "Bearer \xff\xfe", "quoted": f'Bearer "{good}"',
    }.items():
        run.one(f"jwt/form/{name}", "", "GET", V, auth(value))
    with run.case("jwt/form/elsewhere", "two headers; query; cookie") as c:
        c.get(V, bearer(good), bearer(good))
        c.get(V + f"?token={good}")
        c.get(V, ("Cookie", f"access={good}"))


def claims(run):
    for name, given in {
        "expired": {"exp": 1_700_000_001}, "exp-text": {"exp": str(FAR)}, "exp-float": {"exp": FAR + 0.5},
        "exp-null": {"exp": None}, "exp-word": {"exp": "later"}, "exp-zero": {"exp": 0}, "exp-negative": {"exp": -1},
        "no-exp": {"without": ["exp"]}, "iat-future": {"iat": FAR}, "no-iat": {"without": ["iat"]},
        "iat-word": {"iat": "once"}, "nbf-future": {"nbf": FAR}, "nbf-past": {"nbf": 1}, "nbf-word": {"nbf": "x"},
        "no-jti": {"without": ["jti"]}, "jti-null": {"jti": None}, "jti-number": {"jti": 5},
        "no-type": {"without": ["token_type"]}, "type-refresh": {"token_type": "refresh"},
        "type-sliding": {"token_type": "sliding"}, "type-null": {"token_type": None},
        "no-user": {"without": ["user_id"]}, "user-text": {"user": "2"}, "user-unknown": {"user": 999},
        "user-inactive": {"user": 5}, "user-negative": {"user": -2},
        "audience": {"aud": "anybody"}, "issuer": {"iss": "anybody"}, "extra": {"name": "Ada", "groups": ["vip"]},
    }.items():
        run.one(f"jwt/claim/{name}", "", "GET", V, bearer(jwt(**given)))
    for name, value in {"user-null": None, "user-word": "ada", "user-float": 2.5, "user-list": [2], "user-true": True}.items():
        run.one(f"jwt/claim/{name}", "", "GET", V, bearer(jwt(value)))


def seals(run):
    good = jwt()
    head, body, seal = good.split(".")
    for name, text in {
        "other-key": jwt(key="another-key-of-some-length-0123456789"), "alg-none": jwt(alg="none"),
        "alg-none-upper": jwt(alg="None"), "alg-hs384": jwt(alg="HS384"), "alg-hs512": jwt(alg="HS512"),
        "alg-rs256": jwt(alg="RS256"), "no-seal": f"{head}.{body}.", "no-head": f".{body}.{seal}",
        "other-body": f"{head}.{jwt(3).split('.')[1]}.{seal}", "body-not-json": f"{head}.{part(b'hello').decode()}.{seal}",
        "head-not-json": f"{part(b'hello').decode()}.{body}.{seal}", "kid": jwt(head={"kid": "7"}),
        "typ": jwt(head={"typ": "at+jwt"}), "crit": jwt(head={"crit": ["x"], "x": 1}),
        "jku": jwt(head={"jku": "https://evil.example/keys"}), "no-alg": jwt(head={"alg": None}),
        "empty-key": jwt(key=""), "key-with-newline": jwt(key=JWT_KEY + "\n"),
    }.items():
        run.one(f"jwt/seal/{name}", "", "GET", V, bearer(text))


def people(run):
    with run.case("jwt/user-changes", "the user is read at each request") as c:
        c.get(V, bearer(jwt(3)))
        c.world(user="ben", is_active=False)
        c.get(V, bearer(jwt(3)))
        c.world(user="ben", delete=True)
        c.get(V, bearer(jwt(3)))
    with run.case("jwt/rights", "the whole user is known") as c:
        for user in (1, 4, 6):
            c.get(view("jwt", "staff"), bearer(jwt(user)))
            c.get(view("jwt", "vip"), bearer(jwt(user)))
    with run.case("jwt/anyone", "AllowAny still refuses a bad credential") as c:
        c.get(view("jwt", "anyone"))
        c.get(view("jwt", "anyone"), bearer("hello"))
        c.get(view("jwt", "anyone"), bearer(jwt()))
    with run.case("jwt/password-change", "a plain JWT outlives it") as c:
        c.world(user="ada", password="other")
        c.get(V, bearer(jwt()))
    with run.case("jwt/in-a-chain", "a bad JWT ends the chain, another keyword does not") as c:
        seat(c, "ada")
        for chain in ("jwt+token", "token+jwt"):
            place = view(chain, "authenticated")
            c.get(place)
            c.get(place, bearer("hello"))
            c.get(place, bearer(jwt(3)))
            c.get(place, auth("Token " + key_of("ada")))
    for method in ("HEAD", "OPTIONS", "POST", "DELETE"):
        run.one(f"jwt/method/{method}", "", method, V, bearer("hello"))


def addressed(run):
    mine = {"aud": "shop", "iss": "https://id.example"}
    for name, given in {
        "both": mine, "neither": {}, "no-issuer": {"aud": "shop"}, "no-audience": {"iss": mine["iss"]},
        "other-audience": {**mine, "aud": "bank"}, "audience-list": {**mine, "aud": ["bank", "shop"]},
        "audience-list-without": {**mine, "aud": ["bank"]}, "audience-case": {**mine, "aud": "Shop"},
        "other-issuer": {**mine, "iss": "https://evil.example"}, "issuer-slash": {**mine, "iss": mine["iss"] + "/"},
    }.items():
        run.one(f"jwt/addressed/{name}", "", "GET", V, bearer(jwt(**given)))


def lenient(run):
    for name, given in {"expired": {"exp": 1_700_000_001}, "nbf-future": {"nbf": FAR}, "good": {}}.items():
        run.one(f"jwt/leeway/{name}", "", "GET", V, bearer(jwt(**given)))


def keywords(run):
    for name, word in {"first": "JWT", "second": "Bearer", "lower": "jwt", "other": "Token"}.items():
        run.one(f"jwt/keyword/{name}", "", "GET", V, bearer(jwt(), word))
    run.one("jwt/keyword/none", "the first names the challenge", "GET", V)
