"""Lists the songs of a backup, and the length and SHA-256 of their documents: python3 read-library.py LIBRARY NUMBER

It follows format.md and has none of our code. Debian has what it needs: python3-msgpack and python3-brotli.
"""
import hashlib, sqlite3, sys
import brotli, msgpack

library = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)

def read(sql, value):
    return library.execute(sql, (value,)).fetchone()

def object_of(hash):
    block, offset, length = read("SELECT block, offset, length FROM object WHERE hash = ?", hash)
    (data,) = read("SELECT data FROM block WHERE number = ?", block)
    start = 5  # behind "WRB", the version and the codec: the length of the body, a varint
    while data[start] >= 0x80:
        start += 1
    stored = data[start + 1 :]
    body = brotli.decompress(stored) if data[4] == 1 else stored
    found = body[offset : offset + length]
    assert hashlib.sha256(found).digest() == hash
    return found

def node(hash):  # behind "WRT" and the version
    return msgpack.unpackb(object_of(hash)[4:])

def entries(hash):
    tag, *rest = node(hash)
    if tag == 0:  # a leaf
        yield from rest
    else:
        for child in filter(None, rest):
            yield from entries(child[0])

def text(cell):  # texts that are not UTF-8, or begin with a byte order mark, are bytes in a list
    return cell[0].decode(errors="replace") if isinstance(cell, list) else str(cell)

(root,) = read("SELECT root FROM backup_catalog WHERE number = ?", int(sys.argv[2]))
tag, songs, performances, preferences = node(root)
for id, record in entries(songs[0]):
    cells = msgpack.unpackb(record)
    key, name, document = cells[0], cells[1], cells[9]
    print(text(key), text(name), len(object_of(document[0])), document[0].hex(), sep="\t")
