#!/usr/bin/env python3
"""A second, independent writer of sealed objects (docs/decisions/0002-sealed-object.md): makes golden.json.

Needs the `cryptography` package. "Random" bytes are 0, 1, 2, ... modulo 251, drawn in the documented order; the instant is
2026-11-23T18:00:00Z; the master key is 32 times 0x4d.
"""
import base64, hashlib, hmac, json, struct, uuid
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

counter = 0
def fill(n):
    global counter
    out = bytes((counter + i) % 251 for i in range(n))
    counter += n
    return out

def hchacha20(key, nonce16):
    rot = lambda v, n: ((v << n) | (v >> (32 - n))) & 0xffffffff
    s = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce16))
    def q(a, b, c, d):
        s[a] = (s[a] + s[b]) & 0xffffffff; s[d] = rot(s[d] ^ s[a], 16)
        s[c] = (s[c] + s[d]) & 0xffffffff; s[b] = rot(s[b] ^ s[c], 12)
        s[a] = (s[a] + s[b]) & 0xffffffff; s[d] = rot(s[d] ^ s[a], 8)
        s[c] = (s[c] + s[d]) & 0xffffffff; s[b] = rot(s[b] ^ s[c], 7)
    for _ in range(10):
        q(0, 4, 8, 12); q(1, 5, 9, 13); q(2, 6, 10, 14); q(3, 7, 11, 15)
        q(0, 5, 10, 15); q(1, 6, 11, 12); q(2, 7, 8, 13); q(3, 4, 9, 14)
    return struct.pack("<8I", *s[0:4], *s[12:16])

def xchacha(key, nonce24, data, aad):
    return ChaCha20Poly1305(hchacha20(key, nonce24[:16])).encrypt(b"\0\0\0\0" + nonce24[16:], data, aad)

MASTER = b"\x4d" * 32
MASTER_ID = hashlib.sha256(b"vulnerary/master-id/1" + MASTER).digest()[:8]
MILLIS = 1795456800000

def recovery():
    packed = MASTER + hashlib.sha256(b"vulnerary/master-check/1" + MASTER).digest()[:3]
    table = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    text = base64.b32encode(packed).decode().translate(table)
    return "VMK1 " + "-".join(text[i:i + 4] for i in range(0, len(text), 4))

def uuid7():
    b = bytearray(struct.pack(">Q", MILLIS)[2:] + fill(10))
    b[6] = 0x70 | b[6] & 0x0f
    b[8] = 0x80 | b[8] & 0x3f
    return uuid.UUID(bytes=bytes(b))

def seal(kind, plain):
    global counter
    counter = 0
    obj = uuid7()
    key, nonce, salt, wrap_nonce = fill(32), fill(7), fill(32), fill(24)
    aad = obj.bytes + kind.encode()
    sealed = b"VULNSEAL\x01" + nonce
    chunks = [plain[i:i + 65536] for i in range(0, len(plain), 65536)] or [b""]
    for i, chunk in enumerate(chunks):
        last = i == len(chunks) - 1
        sealed += ChaCha20Poly1305(key).encrypt(nonce + struct.pack(">I", i) + bytes([last]), chunk, aad)
    plain_sha = hashlib.sha256(plain).digest()
    return {
        "kind": kind, "plain_length": len(plain), "plain_rule": "byte i is (i * 7) mod 256",
        "object": str(obj), "sealed_sha256": hashlib.sha256(sealed).hexdigest(), "sealed_length": len(sealed),
        "sealed_hex": sealed.hex() if len(sealed) < 200 else None,
        "wrapped_hex": (wrap_nonce + xchacha(MASTER, wrap_nonce, key, obj.bytes)).hex(),
        "salt_hex": salt.hex(), "commitment": hmac.new(salt, plain_sha, hashlib.sha256).hexdigest(),
    }

plain = lambda n: bytes(i * 7 % 256 for i in range(n))
objects = [seal("manifest", plain(0)), seal("file", plain(5)), seal("text", plain(100)), seal("file", plain(65536)),
           seal("file", plain(65537)), seal("occurrences", plain(200000))]
counter = 0
n = fill(24)
secret = b"\x01" + MASTER_ID + n + xchacha(MASTER, n, b"twenty bytes of TOTP", b"vulnerary/secret/1\0totp/someone")
print(json.dumps({"master_id": MASTER_ID.hex(), "recovery": recovery(), "secret_label": "totp/someone",
                  "secret_plain": "twenty bytes of TOTP", "secret_hex": secret.hex(), "objects": objects}, indent=1))
