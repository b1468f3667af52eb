"""A client of a White Room server, made of its document alone, with nothing but Python itself.

Asks everything that can be read of a library, then writes another one as a web app does; holds each answer against what
the document says of it, and prints what it found. SERVER, TOKEN and LIBRARY, APP_TOKEN and APP_LIBRARY come from the
environment.
"""

import base64
import json
import os
import re
import urllib.error
import urllib.parse
import urllib.request
import uuid

server, token, library = (os.environ[name] for name in ("SERVER", "TOKEN", "LIBRARY"))
with urllib.request.urlopen(f"{server}/openapi.json") as answer:
    document = json.load(answer)

operations = {
    operation["operationId"]: (method.upper(), path, operation)
    for path, item in document["paths"].items()
    for method, operation in item.items()
}


def resolve(schema):
    while "$ref" in schema:
        part = document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            part = part[name]
        schema = part
    return schema


kinds = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def check(value, schema, where):
    schema = resolve(schema)
    for name in ("anyOf", "oneOf"):
        if name in schema:
            assert any(fits(value, each, where) for each in schema[name]), f"{where} fits none of {name}"
    if "enum" in schema:
        assert value in schema["enum"], f"{where} is none of {schema['enum']}"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert isinstance(value, tuple(kinds[name] for name in names)), f"{where} is no {names}"
    if "pattern" in schema and isinstance(value, str):
        assert re.search(schema["pattern"], value), f"{where} does not fit {schema['pattern']}"
    if isinstance(value, dict):
        for name in schema.get("required", []):
            assert name in value, f"{where} lacks {name}"
        for name, each in schema.get("properties", {}).items():
            if name in value:
                check(value[name], each, f"{where}.{name}")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for index, each in enumerate(value):
            check(each, schema["items"], f"{where}[{index}]")


def fits(value, schema, where):
    try:
        check(value, schema, where)
        return True
    except AssertionError:
        return False


asked = 0


def ask(operation_id, with_token=True, body=None, headers=None, **given):
    """The status and the body of an answer, which is as the document says, or else it is an error here."""
    global asked
    asked += 1
    method, path, operation = operations[operation_id]
    query = {}
    for parameter in operation["parameters"]:
        name = parameter["name"]
        if name not in given:
            assert not parameter["required"], f"{operation_id} needs {name}"
        elif parameter["in"] == "path":
            path = path.replace("{" + name + "}", urllib.parse.quote(str(given[name]), safe=""))
        elif parameter["in"] == "query":
            query[name] = given[name]
    address = f"{server}{path}?{urllib.parse.urlencode(query, doseq=True)}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, method=method, data=data)
    if body is not None:
        assert "requestBody" in operation, f"{operation_id} takes no body"
        check(body, operation["requestBody"]["content"]["application/json"]["schema"], f"{operation_id} body")
        request.add_header("content-type", "application/json")
    for name, value in (headers or {}).items():
        assert any(each["name"] == name for each in operation["parameters"]), f"{operation_id} has no {name}"
        request.add_header(name, value)
    if with_token:
        request.add_header("authorization", f"Bearer {token}")
    request.add_header("prefer", "wait=30")
    try:
        with urllib.request.urlopen(request) as found:
            status, headers, body = found.status, found.headers, found.read()
    except urllib.error.HTTPError as error:
        status, headers, body = error.code, error.headers, error.read()
    said = operation["responses"][str(status)]["content"]
    content = headers.get_content_type()
    assert content in said, f"{operation_id}: {content} is none of {list(said)}"
    if "json" not in content:
        return status, body
    value = json.loads(body)
    check(value, said[content]["schema"], operation_id)
    return status, value


def pages(operation_id, **given):
    items = []
    while True:
        _, page = ask(operation_id, library=library, limit=2, **given)
        items += page["items"]
        if page["isLast"]:
            return items
        given["after"] = page["next"]


def in_path(entity):
    if re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", entity):
        return entity
    return "~" + base64.urlsafe_b64encode(entity.encode()).decode().rstrip("=")


songs = pages("songs.list")
first = in_path(songs[0]["id"])
backups = pages("backups.list")
for name in ("b1", backups[0]["backupId"], "latest"):
    ask("backups.read", library=library, id=name)
ask("songs.read", library=library, id=first, at="b1")
ask("songs.history", library=library, id=first)
for kind in ("performances", "preferences"):
    ask(f"{kind}.list", library=library)
ask("library.status", library=library)
ask("library.diff", library=library, **{"from": "b1", "to": "now"})
ask("library.find", library=library, q="two")
ask("library.export", library=library, at="b1", format="json")
_, text = ask("songs.document", library=library, id=first)
refused, why = ask("library.status", with_token=False, library=library)
missing, what = ask("songs.read", library=library, id="nothing")
ask("own.me")

token, library = os.environ["APP_TOKEN"], os.environ["APP_LIBRARY"]
song = {"name": "Night Drive", "songDataJSON": '{"tempo":96}', "determinismSeed": "1"}
once = lambda: {"idempotency-key": str(uuid.uuid4())}
at = {"library": library, "id": "night"}
ask("homes.read", library=library)
_, made = ask("writes.song", **at, body=song, headers={"if-none-match": "*", **once()})
_, edited = ask("writes.song", **at, body={**song, "name": "Day Drive"}, headers={"if-match": '"1"'})
late, conflict = ask("writes.song", **at, body=song, headers={"if-match": '"1"'})
ask("changes.make", library=library, headers=once(), body={
    "changes": [{"kind": "preferences", "id": "default", "version": 0, "value": {"theme": "dark"}}]
})
ask("backupChanges.take", library=library, headers=once(), body={"description": "good"})
ask("writes.deleteSong", **at, headers={"if-match": '"2"'})
_, deeds = ask("operations.list", library=library)
_, undone = ask("operations.undo", library=library, id=deeds["items"][0]["number"], headers=once(), body={})
ask("songs.read", **at)
ask("changes.list", library=library, since=1)

print(
    json.dumps(
        {
            "asked": asked,
            "songs": [song["name"] for song in songs],
            "backups": [backup["number"] for backup in backups],
            "document": text.decode(),
            "refused": [refused, why["type"]],
            "missing": [missing, what["type"]],
            "written": [made["version"], edited["version"]],
            "conflict": [late, conflict["type"], conflict["version"]],
            "undone": undone["operation"]["description"],
        }
    )
)
