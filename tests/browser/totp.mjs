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

/**
 * A code that has not been used for this secret yet: servers refuse the same code twice. Waits for the next
 * period where it must (up to 30 seconds).
 */
const used = new Map();
export async function freshCode(secret) {
  for (;;) {
    const code = totp(secret);
    if (used.get(secret) !== code) {
      used.set(secret, code);
      return code;
    }
    await new Promise((go) => setTimeout(go, 500));
  }
}
