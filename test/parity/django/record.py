#!/usr/bin/python3
"""Records what Django and DRF answer, into ../recordings/*.json. Run after install.sh.

    /usr/bin/python3 record.py [--redis redis://127.0.0.1:6379/9] [--out DIR] [GROUP ...]

Without --redis it starts a redis-server of its own on a free port. The database that it uses is EMPTIED. With no
GROUP all are recorded. Two recordings of one version of the packages are the same, byte for byte.
"""
import argparse
import contextlib
import json
import os
import platform
import socket
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import django  # noqa: E402
import django_redis  # noqa: E402
import gunicorn  # noqa: E402
import jwt  # noqa: E402
import redis  # noqa: E402
import rest_framework  # noqa: E402
from importlib import metadata  # noqa: E402

from recorder import book, forge, paper, wire  # noqa: E402
from recorder.groups import GROUPS  # noqa: E402

MADE_WITH = {
    "python": platform.python_version(),
    "django": django.__version__,
    "djangorestframework": rest_framework.VERSION,
    "django-redis": django_redis.__version__,
    "simplejwt": metadata.version("djangorestframework-simplejwt"),
    "pyjwt": jwt.__version__,
    "gunicorn": gunicorn.__version__,
}


@contextlib.contextmanager
def own_redis():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="parity-redis-") as folder:
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait(10)


def connect(url):
    client = redis.Redis.from_url(url)
    for _ in range(100):
        with contextlib.suppress(redis.ConnectionError):
            client.ping()
            return client
        time.sleep(0.05)
    sys.exit(f"no Redis at {url}")


def users(url, client, folder):
    with book.live(client, url, {}) as run:
        _, raw = wire.send(run.base, "GET", "/world/", [], None)
    lines = ",\n".join("  " + json.dumps(user, ensure_ascii=False) for user in json.loads(raw))
    head = {"about": "the users that every case starts from; passwords are in gate/world.py",
            "secret_key": forge.SECRET_KEY, "jwt_key": forge.JWT_KEY}
    with open(os.path.join(folder, "users.json"), "w", encoding="utf-8") as file:
        file.write(json.dumps(head, indent=1)[:-2] + ',\n "users": [\n' + lines + "\n ]\n}\n")


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--redis", help="a Redis database that may be emptied; default: one of our own")
    options.add_argument("--out", default=os.path.join(os.path.dirname(HERE), "recordings"))
    options.add_argument("groups", nargs="*", metavar="GROUP", help=", ".join(GROUPS))
    said = options.parse_args()
    unknown = set(said.groups) - set(GROUPS)
    if unknown:
        options.error(f"no such group: {', '.join(sorted(unknown))}")
    os.makedirs(said.out, exist_ok=True)

    with contextlib.nullcontext(said.redis) if said.redis else own_redis() as url:
        client = connect(url)
        users(url, client, said.out)
        for name in said.groups or GROUPS:
            about, parts = GROUPS[name]
            runs = []
            for env, script in parts:
                with book.live(client, url, env) as run:
                    script(run)
                runs.append(run)
            place = os.path.join(said.out, f"{name}.json")
            size, cases, steps = paper.write(place, name, about, MADE_WITH, runs)
            print(f"{name}: {cases} cases, {steps} steps, {size} bytes", flush=True)


if __name__ == "__main__":
    main()
