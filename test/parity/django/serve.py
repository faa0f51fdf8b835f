#!/usr/bin/python3
"""Serves the Django project of the parity tests with gunicorn until SIGTERM.

    REDIS_URL=redis://127.0.0.1:6379/0 /usr/bin/python3 serve.py [--port 0]

Prints one line, `parity-django ready http://127.0.0.1:PORT`, when requests are answered. Settings come
from the environment, see README.md. Everything it writes to disk is in one temporary directory.
"""
import argparse
import ctypes
import os
import shutil
import signal
import socket
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True


def die_with_parent():
    """Linux: a test run that is killed must not leave this server behind."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--port", type=int, default=0, help="0: the system chooses")
    port = options.parse_args().port
    if not os.environ.get("REDIS_URL"):
        sys.exit("parity-django: REDIS_URL is not set")
    die_with_parent()

    scratch = tempfile.mkdtemp(prefix="parity-django-")
    try:
        os.environ["PARITY_SCRATCH"] = scratch
        os.environ["DJANGO_SETTINGS_MODULE"] = "gate.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", run_syncdb=True, verbosity=0)
        from gate import world

        world.reset()
        from django.db import connections

        connections.close_all()  # the worker is a fork and must not share it
        run(port, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def run(port, scratch):
    from django.core.wsgi import get_wsgi_application
    from gunicorn.app.base import BaseApplication

    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    os.set_inheritable(listener.fileno(), True)
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    threads = int(os.environ.get("PARITY_THREADS", "4"))

    class Server(BaseApplication):
        def load_config(self):
            self.cfg.set("bind", f"fd://{listener.fileno()}")
            self.cfg.set("workers", 1)
            self.cfg.set("worker_class", "gthread" if threads > 1 else "sync")
            self.cfg.set("threads", threads)
            self.cfg.set("graceful_timeout", 1)
            self.cfg.set("timeout", 0)
            self.cfg.set("worker_tmp_dir", scratch)
            self.cfg.set("loglevel", "warning")
            self.cfg.set("post_worker_init", lambda _: print(f"parity-django ready {address}", flush=True))

        def load(self):
            return get_wsgi_application()

    Server().run()


if __name__ == "__main__":
    main()
