"""Lists the events of a segment of a vault: python3 read-segment.py SEGMENT
With the id of a song, prints its last document there: python3 read-segment.py SEGMENT ID
With --backups, prints what it tells of backups, and since which position: python3 read-segment.py SEGMENT --backups

Of a sealed vault it reads a segment with RING=FILE, which is what `age -d` makes of a key ring.

It follows format.md and has none of our code. Debian has what it needs: python3-msgpack and python3-brotli,
for sealed ones python3-cryptography.
"""
import hashlib, hmac, json, os, sys
import brotli, msgpack

data = open(sys.argv[1], "rb").read()

def varint(at):
    value = shift = 0
    while True:
        byte = data[at]
        value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
        if byte < 128:
            return value, at

def frame(at):  # type, payload, where the next one begins
    length, start = varint(at + 1)
    return data[at], data[start : start + length], start + length

def body(block):  # behind "WRB", the version and the codec: the length of the body, a varint
    start = 5
    while block[start] >= 0x80:
        start += 1
    return brotli.decompress(block[start + 1 :]) if block[4] == 1 else block[start + 1 :]

def objects(block):  # count, lengths, then one after the other
    opened, numbers, at = body(block), [], 0
    while len(numbers) == 0 or len(numbers) <= numbers[0]:
        value = shift = 0
        while True:
            byte = opened[at]
            value, shift, at = value | (byte & 127) << shift, shift + 7, at + 1
            if byte < 128:
                break
        numbers.append(value)
    for length in numbers[1:]:
        yield opened[at : at + length]
        at += length

def opener(head, end):  # what opens a frame: nothing in a plain vault
    vault, sealed = msgpack.unpackb(head)
    if sealed is None:
        return lambda type, number, payload: payload
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    generation, salt, commitment = sealed
    info = b"white-room/vault/1/segment" + vault.encode() + hashlib.sha256(data[: end - 32]).digest()
    for each in json.loads(open(os.environ["RING"]).readline())["keys"]:
        key = HKDF(SHA256(), 64, salt, info).derive(bytes.fromhex(each["key"]))
        if each["generation"] == generation and hmac.compare_digest(key[32:], commitment):
            number_of = lambda number: number.to_bytes(8, "big")
            return lambda type, number, payload: AESGCM(key[:32]).decrypt(
                bytes(4) + number_of(number), payload, bytes([type]) + number_of(number) + number_of(len(payload) - 16))
    sys.exit("none of these keys sealed it")

assert data[:9] == b"WRSEGMNT\x01"
end_at = int.from_bytes(data[-72:-64], "big")
assert hashlib.sha256(data[:-32]).digest() == data[-32:], "its bytes are not those that were written"

_, head, at = frame(9)
unseal, number, documents, events, backups = opener(head, at), 0, {}, [], []
while at < end_at:
    type, payload, at = frame(at)
    if type == 9:  # parity, which is not sealed
        continue
    payload, number = unseal(type, number, payload), number + 1
    if type == 2:
        documents.update((hashlib.sha256(each).digest(), each) for each in objects(payload))
    elif type == 3:
        before, after, first, commands, run = msgpack.unpackb(body(payload))
        events += [(first + number, commands[event[0]], event) for number, event in enumerate(run)]
    elif type == 8:
        backups += msgpack.unpackb(body(payload))

for position, command, (_, subject, id, version, name, schema, record) in events:
    if len(sys.argv) == 2:
        print(position, command[3], name, id, sep="\t")
if sys.argv[2:] == ["--backups"]:
    since = msgpack.unpackb(body(unseal(5, 2**32 - 1, frame(end_at)[1])))[6]
    print("about none" if since is None else f"since @{since}")
    for taken, *more in backups:
        if taken is None:
            print("gone", *more, sep="\t")
        else:
            id, number, *_ = msgpack.unpackb(taken)
            print(f"b{number}", id, *["forgotten" for time in more], sep="\t")
elif len(sys.argv) == 3:
    last = [record for *_, (_, subject, id, _, _, _, record) in events if subject == 1 and id == sys.argv[2]][-1]
    for cell in msgpack.unpackb(last):
        if isinstance(cell, list) and len(cell) > 1 and cell[0] in documents:
            sys.stdout.buffer.write(documents[cell[0]])
