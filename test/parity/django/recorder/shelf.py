"""What Redis holds, and what one request changed there."""
import json
import pickle

CLOCK_BASE = 1_700_000_000.0


def snapshot(redis):
    """Every string key with its bytes and its rounded seconds to live."""
    held = {}
    for key in redis.keys("*"):
        with redis.pipeline(transaction=True) as both:
            value, left = both.get(key).pttl(key).execute()
        held[key.decode("latin-1")] = (value, None if left < 0 else round(left / 1000))
    return held


def effect(before, after):
    """Keys that were written, whose life was prolonged, or (null) that are gone."""
    changed = {}
    for key, (value, ttl) in sorted(after.items()):
        was = before.get(key)
        if was is None or was[0] != value or (ttl is not None and was[1] is not None and ttl > was[1]):
            changed[key] = {"ttl": ttl, **shown(key, value)}
    for key in sorted(set(before) - set(after)):
        changed[key] = None
    return changed


def shown(key, value):
    if ":throttle_" in key:
        stamps = history(value)
        if stamps is not None:
            return {"history": stamps}
    try:
        text = value.decode("ascii")
        if text.isprintable():
            return {"text": text}
    except UnicodeDecodeError:
        pass
    return {"hex": value.hex()}


def history(value):
    """A throttle's list, newest first, in seconds since CLOCK_BASE; None if it is something else."""
    for read in (json.loads, pickle.loads):  # our own Django wrote it a moment ago
        try:
            return [round(stamp - CLOCK_BASE, 6) for stamp in read(value)]
        except Exception:  # noqa: BLE001 (the other form, then)
            continue
    return None
