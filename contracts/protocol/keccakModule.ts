/**
 * The WebAssembly module that computes keccak-f[1600]. It is written here instruction by instruction, because a call for each node of a tree
 * (as in a library for hashes) takes longer than the hash itself. The names of the steps are the names in FIPS 202.
 *
 * Exports: `memory` of one page; `pairs(from, to, count)`: hashes `count` times 64 bytes that begin at `from`, and writes 32 bytes each from
 * `to` on (`to` may be equal to `from`); `absorb(state, from, count)`: adds `count` blocks of 136 bytes to the 200 bytes at `state`.
 */
export function keccakModule(): Uint8Array<ArrayBuffer> {
  const types = [func(3), func(3)]
  const names = [...text('memory'), 2, 0, ...text('pairs'), 0, 0, ...text('absorb'), 0, 1]
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [types.length, ...types.flat()]),
    ...section(3, [2, 0, 1]),
    ...section(5, [1, 0, 1]),
    ...section(7, [3, ...names]),
    ...section(10, [2, ...body(pairs()), ...body(absorb())]),
    ...section(11, [1, 0, ...number32(constantsAt), 0x0b, ...unsigned(rounds * laneBytes), ...roundConstants()]),
  ])
}

type Code = readonly number[]

const laneBytes = 8
const lanes = 25
const rateLanes = 17
const rounds = 24
/** Where the constants are in the memory. */
const constantsAt = 8
/** The first byte of the memory that the caller may use. */
export const scratchAt = 256
const [i32, i64, empty] = [0x7f, 0x7e, 0x40]
const [xor, and, rotateLeft, store] = [0x85, 0x83, 0x89, 0x37]

// Parameters, then locals. `b` and `c` have intermediate results, `d` has the parities of two columns.
const [first, second, count, round] = [0, 1, 2, 3]
const a = (lane: number) => 4 + lane
const b = (lane: number) => 4 + lanes + lane
const c = (x: number) => 4 + 2 * lanes + (x % 5)
const d = (x: number) => 4 + 2 * lanes + 5 + (x % 5)
const localsOfLanes = 2 * lanes + 10

const get = (local: number): Code => [0x20, local]
const set = (local: number, value: Code): Code => [...value, 0x21, local]
const number32 = (value: number): Code => [0x41, ...leb(BigInt(value))]
const number64 = (value: bigint): Code => [0x42, ...leb(BigInt.asIntN(64, value))]
const rotated = (value: Code, bits: number): Code => [...value, ...number64(BigInt(bits)), rotateLeft]
const loadLane = (address: number, lane: number): Code => [...get(address), 0x29, 3, ...unsigned(lane * laneBytes)]
const storeLane = (address: number, lane: number): Code => [
  ...[...get(address), ...get(a(lane)), store, 3],
  ...unsigned(lane * laneBytes),
]
const advance = (local: number, by: number): Code => set(local, [...get(local), ...number32(by), 0x6a])
/** Repeats the code until `local`, which the code changes, is 0. */
const repeat = (local: number, code: Code): Code => [0x03, empty, ...code, ...get(local), 0x0d, 0, 0x0b]

const all = (length: number, code: (index: number) => Code): Code => Array.from({ length }, (_, at) => code(at)).flat()

/** The rotation of each lane in the step rho. */
function offsets(): number[] {
  const result = new Array<number>(lanes).fill(0)
  let [x, y] = [1, 0]
  for (let t = 0; t < rounds; t++) {
    result[x + 5 * y] = (((t + 1) * (t + 2)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return result
}

/** The constants of the step iota, from its shift register. The constant of the last round is first, because `round` counts down. */
function roundConstants(): Code {
  let register = 1
  const bit = () => {
    const low = register & 1
    register = register & 0x80 ? (register << 1) ^ 0x171 : register << 1
    return BigInt(low)
  }
  const bytes = new DataView(new ArrayBuffer(rounds * laneBytes))
  for (let at = 0; at < rounds; at++) {
    let constant = 0n
    for (let j = 0; j <= 6; j++) constant |= bit() << (2n ** BigInt(j) - 1n)
    bytes.setBigUint64((rounds - 1 - at) * laneBytes, constant, true)
  }
  return [...new Uint8Array(bytes.buffer)]
}

/** All rounds on the locals `a`. */
function permutation(): Code {
  const rho = offsets()
  const theta = [
    ...all(5, (x) => set(c(x), [...get(a(x)), ...all(4, (y) => [...get(a(x + 5 * (y + 1))), xor])])),
    ...all(5, (x) => set(d(x), [...get(c(x + 4)), ...rotated(get(c(x + 1)), 1), xor])),
  ]
  const rhoAndPi = all(lanes, (lane) => {
    const [x, y] = [lane % 5, Math.floor(lane / 5)]
    return set(b(y + 5 * ((2 * x + 3 * y) % 5)), rotated([...get(a(lane)), ...get(d(x)), xor], rho[lane] as number))
  })
  const chi = all(lanes, (lane) => {
    const [x, row] = [lane % 5, lane - (lane % 5)]
    const rest = [...get(b(row + ((x + 1) % 5))), ...number64(-1n), xor, ...get(b(row + ((x + 2) % 5))), and]
    return set(a(lane), [...get(b(lane)), ...rest, xor])
  })
  const constant = [...get(round), 0x29, 3, ...unsigned(constantsAt - laneBytes)]
  const iota = set(a(0), [...get(a(0)), ...constant, xor])
  return [
    ...set(round, number32(rounds * laneBytes)),
    ...repeat(round, [...theta, ...rhoAndPi, ...chi, ...iota, ...advance(round, -laneBytes)]),
  ]
}

/** 64 bytes are one block: the padding is the bit after them and the last bit of the block. */
function pairs(): Code {
  const padding = (lane: number) => (lane === 8 ? 1n : lane === rateLanes - 1 ? 1n << 63n : 0n)
  return repeat(count, [
    ...all(lanes, (lane) => set(a(lane), lane < 8 ? loadLane(first, lane) : number64(padding(lane)))),
    ...permutation(),
    ...all(4, (lane) => storeLane(second, lane)),
    ...[...advance(first, 64), ...advance(second, 32), ...advance(count, -1)],
  ])
}

function absorb(): Code {
  return repeat(count, [
    ...all(lanes, (lane) =>
      set(
        a(lane),
        lane < rateLanes ? [...loadLane(first, lane), ...loadLane(second, lane), xor] : loadLane(first, lane),
      ),
    ),
    ...permutation(),
    ...all(lanes, (lane) => storeLane(first, lane)),
    ...[...advance(second, rateLanes * laneBytes), ...advance(count, -1)],
  ])
}

const func = (parameters: number): Code => [0x60, parameters, ...new Array<number>(parameters).fill(i32), 0]
const text = (name: string): Code => [name.length, ...new TextEncoder().encode(name)]
const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content]

function body(code: Code): Code {
  const content = [2, 1, i32, localsOfLanes, i64, ...code, 0x0b]
  return [...unsigned(content.length), ...content]
}

function unsigned(value: number): number[] {
  const rest = value >>> 7
  return rest > 0 ? [(value & 0x7f) | 0x80, ...unsigned(rest)] : [value]
}

function leb(value: bigint): number[] {
  const low = Number(value & 0x7fn)
  const rest = value >> 7n
  const isLast = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40)
  return isLast ? [low] : [low | 0x80, ...leb(rest)]
}
