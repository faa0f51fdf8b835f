"""Plays scripted cases against a live Django and writes down what it answered."""
import contextlib
import json
import os
import subprocess
import sys

from . import shelf, wire

SERVE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "serve.py")


class Case:
    """One story: Redis empty, the users as they were, then the steps."""

    def __init__(self, base, redis, name, about):
        self.base, self.redis = base, redis
        self.record = {"id": name, "about": about, "steps": []}
        redis.flushdb()
        self._post("/world/", {"reset": True})

    def ask(self, method, path, *headers, body=None, json_body=None, at=None, note=None):
        """A request whose reply a gateway must reproduce. Headers are (name, value) pairs."""
        return self._exchange("http", method, path, headers, body, json_body, at, note)

    def get(self, path, *headers, **rest):
        return self.ask("GET", path, *headers, **rest)

    def post(self, path, *headers, **rest):
        return self.ask("POST", path, *headers, **rest)

    def django(self, path, *headers, method="POST", json_body=None, note=None):
        """A request to Django's own endpoints: a player applies its effect on Redis instead of asking."""
        return self._exchange("django", method, path, headers, None, json_body, None, note)

    def do(self, *command):
        """A raw Redis command; bytes are shown as {"hex"}."""
        said = [{"hex": part.hex()} if isinstance(part, bytes) else part for part in command]
        self.record["steps"].append({"redis": said})
        self.redis.execute_command(*command)

    def world(self, **change):
        """A change to a user by another hand; `now` is the user afterwards."""
        self.record["steps"].append({"world": change, "now": self._post("/world/", change) or None})

    def _exchange(self, kind, method, path, headers, body, json_body, at, note):
        headers = list(headers)
        if json_body is not None:
            body = json.dumps(json_body)
            headers.append(("Content-Type", "application/json"))
        before = shelf.snapshot(self.redis)
        reply, raw = wire.send(self.base, method, path, headers, body, at)
        changed = shelf.effect(before, shelf.snapshot(self.redis))
        step = {kind: f"{method} {path}"}
        if headers:
            step["headers"] = [list(pair) for pair in headers]
        if body is not None:
            step["body"] = body
        if at is not None:
            step["at"] = at
        seen = wire.expected(reply, raw)
        step["expect"] = wire.unusual(seen, path)
        if changed:
            step["effect"] = changed
        if note:
            step["note"] = note
        self.record["steps"].append(step)
        return seen

    def _post(self, path, data):
        body = json.dumps(data)
        reply, raw = wire.send(self.base, "POST", path, [("Content-Type", "application/json")], body)
        if reply.status != 200:
            raise RuntimeError(f"{path} {data}: {reply.status} {raw[:300]!r}")
        return json.loads(raw)


class Run:
    """The cases that one environment of the project answers."""

    def __init__(self, base, redis, env):
        self.base, self.redis, self.env, self.cases = base, redis, env, []

    @contextlib.contextmanager
    def case(self, name, about=""):
        made = Case(self.base, self.redis, name, about)
        yield made
        self.cases.append(made.record)

    def one(self, name, about, method, path, *headers, **rest):
        """A case of a single request."""
        with self.case(name, about) as made:
            made.ask(method, path, *headers, **rest)


@contextlib.contextmanager
def live(redis, url, env):
    """A Django with these settings, its randomness seeded, for the time of the block."""
    whole = {**os.environ, "REDIS_URL": url, "PARITY_SEED": "postern", "PARITY_THREADS": "1", **env}
    child = subprocess.Popen([sys.executable, SERVE], env=whole, stdout=subprocess.PIPE, text=True)
    try:
        line = child.stdout.readline()
        if "ready" not in line:
            raise RuntimeError("Django did not start, its words are above")
        yield Run(line.split()[-1], redis, env)
    finally:
        child.terminate()
        child.wait(20)
