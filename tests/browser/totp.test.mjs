import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base32, secretOf, totp } from './totp.mjs';

// RFC 6238 appendix B; the key is the ASCII text 12345678901234567890.
const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];

test('one-time codes agree with RFC 6238', () => {
  for (const [seconds, code] of VECTORS) {
    assert.equal(totp(KEY, seconds * 1000, { digits: 8 }), code);
    assert.equal(totp(KEY, seconds * 1000), code.slice(2));
  }
});

test('base32 is read as people type it, and nothing else is', () => {
  assert.equal(base32('gezd gnbv').toString(), '12345');
  assert.throws(() => base32('10'));
});

test('the secret is found in an otpauth address', () => {
  assert.equal(secretOf(`otpauth://totp/Vulnerary:ada?issuer=V&amp;secret=${KEY}&digits=6`), KEY);
  assert.throws(() => secretOf('nothing here'));
});
