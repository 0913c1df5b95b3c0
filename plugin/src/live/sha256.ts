/** SHA-256 (FIPS 180-4), also where the page is not secure and the browser keeps its own to itself. */

/** @returns lower-case hexadecimal */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Missing in insecure contexts, whatever its type says.
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  const digest = subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes)) : digestHere(bytes);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const PRIMES = Array.from({ length: 312 }, (_, k) => k).filter(
  (n) => n > 1 && !Array.from({ length: n }, (_, k) => k).some((k) => k > 1 && n % k === 0),
);
/** First 32 bits of a number's fraction. */
const fraction = (number: number): number => ((number % 1) * 2 ** 32) | 0;
/** Of the first primes' cube roots, and of the first eight's square roots. */
const ROUNDS = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function digestHere(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  const whole = bytes.length - (bytes.length % 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < whole; at += 64) mix(state, words, view, at);
  // What is left, a one, zeros, and the length in bits.
  const rest = bytes.length - whole;
  const end = new DataView(new ArrayBuffer(rest < 56 ? 64 : 128));
  new Uint8Array(end.buffer).set(bytes.subarray(whole));
  end.setUint8(rest, 0x80);
  end.setBigUint64(end.byteLength - 8, BigInt(bytes.length) * 8n);
  for (let at = 0; at < end.byteLength; at += 64) mix(state, words, end, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, k) => void digest.setInt32(4 * k, word));
  return new Uint8Array(digest.buffer);
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

/**
 * Takes in a block of 64 bytes. Plain assignments: with arrays taken apart it took eight times as long.
 * @param words room for the schedule
 */
function mix(state: Int32Array, words: Int32Array, view: DataView, at: number): void {
  for (let k = 0; k < 16; k++) words[k] = view.getInt32(at + 4 * k);
  for (let k = 16; k < 64; k++) {
    const early = words[k - 15]!;
    const late = words[k - 2]!;
    const low = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const high = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    words[k] = words[k - 16]! + low + words[k - 7]! + high;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let k = 0; k < 64; k++) {
    const spread = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + spread + ((e & f) ^ (~e & g)) + ROUNDS[k]! + words[k]!) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0]! += a;
  state[1]! += b;
  state[2]! += c;
  state[3]! += d;
  state[4]! += e;
  state[5]! += f;
  state[6]! += g;
  state[7]! += h;
}
