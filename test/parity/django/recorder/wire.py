"""One HTTP request as exact bytes, and the part of the reply that a gateway must reproduce."""
import http.client
import json
from urllib.parse import urlsplit

KEPT = ("WWW-Authenticate", "Retry-After", "Allow", "Vary", "Content-Type", "Content-Language")

EVERY_METHOD = "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS"


def send(base, method, path, headers, body, clock=None):
    """Header values are bytes written as Latin-1 text; nothing is added but Host and Content-Length."""
    place = urlsplit(base)
    connection = http.client.HTTPConnection(place.hostname, place.port, timeout=20)
    named = {name.lower() for name, _ in headers}
    connection.putrequest(method, path, skip_host="host" in named, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value.encode("latin-1"))
    if clock is not None:
        connection.putheader("X-Parity-Clock", repr(clock))
    payload = None if body is None else body.encode()
    if payload is not None:
        connection.putheader("Content-Length", str(len(payload)))
    connection.endheaders(payload)
    reply = connection.getresponse()
    raw = reply.read()
    connection.close()
    return reply, raw


def expected(reply, raw):
    seen = {"status": reply.status}
    headers = {name: reply.headers[name] for name in KEPT if reply.headers[name] is not None}
    if headers:
        seen["headers"] = headers
    cookies = [cookie(line) for line in reply.headers.get_all("Set-Cookie", [])]
    if cookies:
        seen["set_cookie"] = cookies
    if raw:
        if reply.headers.get("Content-Type", "").startswith("application/json"):
            seen["json"] = json.loads(raw)
        elif not reply.headers.get("Content-Type", "").startswith("text/html"):
            seen["text"] = raw.decode()[:200]
    return seen


def unusual(seen, path):
    """Without what every reply of a room says: Allow as the room's methods, Content-Type for JSON."""
    usual = {"Allow": "GET, HEAD, OPTIONS" if path.startswith("/ro/") else EVERY_METHOD}
    if "json" in seen or "text" not in seen:
        usual["Content-Type"] = "application/json"
    headers = {name: said for name, said in seen.get("headers", {}).items() if usual.get(name) != said}
    kept = {key: held for key, held in seen.items() if key != "headers"}
    if seen["status"] == 405:
        headers["Allow"] = seen["headers"]["Allow"]
    return {"status": kept.pop("status"), **({"headers": headers} if headers else {}), **kept}


def cookie(line):
    first, *rest = [piece.strip() for piece in line.split(";")]
    name, _, value = first.partition("=")
    attributes = {}
    for piece in rest:
        key, equals, said = piece.partition("=")
        attributes[key] = said if equals else True
    if not attributes.get("expires", "Thu, 01 Jan 1970").startswith("Thu, 01 Jan 1970"):
        attributes["expires"] = "Date + Max-Age"
    return {"name": name, "value": value, "attributes": attributes}
