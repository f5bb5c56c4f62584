// One-time codes as an authenticator app makes them (RFC 4226, RFC 6238): SHA-1, 6 digits, 30 seconds.
import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Bytes of an unpadded base32 text (RFC 4648); spaces and case do not matter. */
export function base32(text) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/[\s=]/g, '')) {
    const five = ALPHABET.indexOf(letter);
    if (five < 0) throw new Error(`"${letter}" is not a base32 letter`);
    value = ((value << 5) | five) & 0xffff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** The code for `secret` (base32) at `at` (milliseconds since 1970). */
export function totp(secret, at = Date.now(), { digits = 6, period = 30 } = {}) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 1000 / period)));
  const mac = createHmac('sha1', base32(secret)).update(counter).digest();
  const offset = mac[mac.length - 1] & 0x0f;
  const number = mac.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

/** The secret in an `otpauth://` address or in a text that holds one. */
export function secretOf(text) {
  const found = /[?&]secret=([A-Z2-7]+)/i.exec(text.replace(/&amp;/g, '&'));
  if (!found) throw new Error('no otpauth secret in this text');
  return found[1];
}

const lastStep = new Map();

/**
 * A code that has not been used for this secret yet: servers take each step once, and one step of skew either way
 * (RFC 6238 5.2). So three codes can follow one another without waiting; the fourth waits for its time.
 */
export async function freshCode(secret) {
  const now = () => Date.now() / 30_000;
  // The step before only where it stays acceptable while the form travels.
  const earliest = now() % 1 < 0.5 ? Math.floor(now()) - 1 : Math.floor(now());
  const step = Math.max(earliest, (lastStep.get(secret) ?? 0) + 1);
  while (step > Math.floor(now()) + 1) await new Promise((go) => setTimeout(go, 500));
  lastStep.set(secret, step);
  return totp(secret, step * 30_000);
}
