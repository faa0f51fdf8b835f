"""Writes a recording: pretty where people read, compact where they skim, one step a line."""
import json
from collections import Counter

from . import forge, words
from .shelf import CLOCK_BASE

LONG = 44  # of a value without a name of its own; below 130 a reply's body stays where it is read
BODY = 130


def write(path, group, about, made_with, runs):
    cases = [case for run in runs for case in run.cases]
    steps = [step for case in cases for step in case["steps"]]
    values = shorten(steps)
    out = ["{", f' "group": {tight(group)},', f' "about": {tight(about)},', f' "made_with": {tight(made_with)},']
    out += [f' "clock_base": {CLOCK_BASE},']
    out += table("values", values) + table("views", views(steps))
    out += [' "runs": [']
    for number, run in enumerate(runs):
        out.append(f'  {{"env": {tight(run.env)}, "cases": [')
        for place, case in enumerate(run.cases):
            head = {key: held for key, held in case.items() if key != "steps" and held}
            out.append(f'  {tight(head)[:-1]},"steps":[')
            out.append(",\n".join("  " + tight(step) for step in case["steps"]))
            out.append("  ]}" + ("," if place + 1 < len(run.cases) else ""))
        out.append("  ]}" + ("," if number + 1 < len(runs) else ""))
    text = "\n".join([*out, " ]", "}"]) + "\n"
    json.loads(text)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return len(text), len(cases), len(steps)


def tight(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def table(name, rows):
    lines = ",\n".join(f"  {tight(key)}: {tight(row)}" for key, row in rows.items())
    return [f' "{name}": {{', lines, " },"] if rows else [f' "{name}": {{}},']


def views(steps):
    """Each view that is asked, by its path, spelled out."""
    paths = dict.fromkeys(step["http"].split(" ", 1)[1].partition("?")[0] for step in steps if "http" in step)
    return {path: meaning for path in paths if (meaning := words.described(path)) is not None}


def places(step):
    """Every spot of a step where a long text may stand, as (container, key)."""
    for part in range(len(step.get("redis", []))):
        yield step["redis"], part
    for pair in step.get("headers", []):
        yield pair, 1
    for change in step.get("effect", {}).values():
        for kind in ("text", "hex"):
            if change and kind in change:
                yield change, kind
    if "body" in step:
        yield step, "body"
    if "json" in step.get("expect", {}):
        yield step["expect"], "json"
    for one in step.get("expect", {}).get("set_cookie", []):
        yield one, "attributes"


def shorten(steps):
    """Long values that stand more than once get a name; the steps say {"value": name} instead."""
    seen = Counter(tight(box[key]) for step in steps for box, key in places(step))
    known = {tight(held): name for name, held in forge.named().items()}
    names = {}
    for step in steps:
        for box, key in places(step):
            shape = tight(box[key])
            least = BODY if key == "json" and shape not in known else LONG
            if len(shape) > least and seen[shape] > 1:
                name = names.setdefault(shape, known.get(shape, f"v{len(names) + 1}"))
                box[key] = {"value": name}
    return {name: json.loads(shape) for shape, name in names.items()}
