/** A generator of pseudo-random integers below `bound` (mulberry32). The same seed gives the same numbers. */
export function randomFrom(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
}

/** The seeds 0, 1, 2 …: `count` of them in `npm run test:long`, and a fifth of them in `npm test`. */
export const seeds = (count: number): number[] =>
  Array.from({ length: process.env.LP_LONG ? count : Math.ceil(count / 5) }, (_, seed) => seed)

export const randomBytes = (random: (bound: number) => number, length: number) =>
  Uint8Array.from({ length }, () => random(256))

/** `bytes` with one random change: a bit flipped, or bytes removed, repeated or inserted. */
export function mutate(random: (bound: number) => number, bytes: Uint8Array): Uint8Array {
  const at = random(bytes.length + 1)
  const mutants = [
    () => bytes.map((byte, index) => (index === at ? byte ^ (1 << random(8)) : byte)),
    () => bytes.slice(0, at),
    () => Uint8Array.of(...bytes.slice(0, at), ...randomBytes(random, 1 + random(8)), ...bytes.slice(at)),
    () => Uint8Array.of(...bytes.slice(0, at), ...bytes.slice(at + 1 + random(8))),
    () => Uint8Array.of(...bytes, ...bytes.slice(at)),
  ]
  return (mutants[random(mutants.length)] ?? (() => bytes))()
}
