from ..words import view

PLACE = view("none", "anyone", "anon@1-m")
VALUES = {
    "none": [], "one": ["1.1.1.1"], "two": ["1.1.1.1, 2.2.2.2"], "three": ["1.1.1.1, 2.2.2.2, 3.3.3.3"],
    "no-space": ["1.1.1.1,2.2.2.2"], "more-space": ["  1.1.1.1 ,   2.2.2.2  "], "tab": ["1.1.1.1,\t2.2.2.2"],
    "empty": [""], "commas": [",,,"], "trailing-comma": ["1.1.1.1,"], "leading-comma": [",1.1.1.1"],
    "two-headers": ["1.1.1.1", "2.2.2.2"], "three-headers": ["1.1.1.1", "2.2.2.2", "3.3.3.3, 4.4.4.4"],
    "ipv6": ["2001:db8::1"], "ipv6-upper": ["2001:DB8::1"], "ipv6-brackets": ["[2001:db8::1]:443"],
    "port": ["1.1.1.1:8080"], "words": ["unknown, hello"], "inner-space": ["1.1.1.1 2.2.2.2"],
    "quotes": ['"1.1.1.1"'], "bytes": ["\xff"], "long": [", ".join(f"10.0.0.{n}" for n in range(40))],
    "local": ["127.0.0.1"],
}


def play(run):
    setting = run.env.get("PARITY_NUM_PROXIES", "none")
    for name, values in VALUES.items():
        run.one(f"forwarded/{setting}/{name}", "", "GET", PLACE,
                *[("X-Forwarded-For", value) for value in values], at=0)
    with run.case(f"forwarded/{setting}/other-names", "which headers do not count") as c:
        for name in ("X-Real-IP", "Forwarded", "X-Client-IP", "x-forwarded-for"):
            c.get(PLACE, (name, "1.1.1.1"), at=0)
    with run.case(f"forwarded/{setting}/may-a-client-choose", "another value, another counter?") as c:
        for n in range(4):
            c.get(PLACE, ("X-Forwarded-For", f"6.6.6.{n}, 8.8.8.8"), at=n)
