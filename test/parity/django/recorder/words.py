"""A view's URL, spelled out as data, so that a player need not parse it."""
DEFAULT_RATES = {
    "anon": "5/m", "user": "3/m", "burst": "2/s", "sustained": "4/m", "uploads": "2/m", "reports": "3/h",
}


def view(chain, permit="anyone", throttle="none", owner=None, room="v"):
    tail = f"{owner}/" if owner is not None else ""
    return f"/{room}/{chain}/{permit}/{throttle}/{tail}"


def described(path):
    """The meaning of a view's path, or None for an endpoint that is Django's own affair."""
    parts = path.partition("?")[0].strip("/").split("/")
    if parts[0] not in ("v", "ro", "parse") or len(parts) < 4:
        return None
    room, chain, permit, throttle = parts[:4]
    said = {} if room == "v" else {"room": room}
    said |= {
        "chain": [] if chain == "none" else chain.split("+"),
        "permit": [expression(one) for one in permit.split("+")],
        "throttle": [] if throttle == "none" else [limit(one) for one in throttle.split("+")],
    }
    if len(parts) > 4:
        said["owner"] = parts[4]
    return said


def expression(text):
    branches = [conjunction(one) for one in text.split("-or-")]
    return branches[0] if len(branches) == 1 else {"any": branches}


def conjunction(text):
    terms = [{"not": one[4:]} if one.startswith("not-") else one for one in text.split("-and-")]
    return terms[0] if len(terms) == 1 else {"all": terms}


def limit(text):
    name, _, rate = text.partition("@")
    kind, _, scope = name.partition(".")
    scope = scope if kind == "scoped" else kind
    if rate:
        count, _, period = rate.rpartition("-")
        rate = f"{count}/{period}"
    else:
        rate = DEFAULT_RATES.get(scope)
    return {"kind": kind if kind in ("anon", "scoped") else "user", "scope": scope or None, "rate": rate}
