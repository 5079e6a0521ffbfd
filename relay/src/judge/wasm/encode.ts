/** Encodes modules of WebAssembly, as far as `translate` needs it. The names are the names in the specification. */

export type Code = number[]

export const i32 = 0x7f
const [functionType, funcref, emptyBlock] = [0x60, 0x70, 0x40]

export function unsigned(value: number): Code {
  const bytes: Code = []
  let rest = value >>> 0
  do {
    bytes.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return bytes
}

function signed(value: number): Code {
  const bytes: Code = []
  let rest = value | 0
  for (;;) {
    const low = rest & 0x7f
    rest >>= 7
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low]
    bytes.push(low | 0x80)
  }
}

/** An access at the offset. The number of bytes is `2 ** alignment`. */
const access =
  (opcode: number, alignment: number) =>
  (offset: number): Code => [opcode, alignment, ...unsigned(offset)]

export const op = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  constant64: (value: number): Code => [0x42, ...signed(value)],
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  tee: (local: number): Code => [0x22, ...unsigned(local)],
  ...{ load: access(0x28, 2), load8s: access(0x2c, 0), load8u: access(0x2d, 0) },
  ...{ load16s: access(0x2e, 1), load16u: access(0x2f, 1) },
  ...{ store: access(0x36, 2), store8: access(0x3a, 0), store16: access(0x3b, 1) },
  loop: [0x03, emptyBlock],
  if: [0x04, emptyBlock],
  /** An `if` with a result. */
  choose: [0x04, i32],
  else: [0x05],
  end: [0x0b],
  branch: (depth: number): Code => [0x0c, ...unsigned(depth)],
  branchIf: (depth: number): Code => [0x0d, ...unsigned(depth)],
  return: [0x0f],
  unreachable: [0x00],
  drop: [0x1a],
  callIndirect: [0x11, 0, 0],
  ...{ isZero: [0x45], equal: [0x46], notEqual: [0x47], lessSigned: [0x48], less: [0x49] },
  ...{ greaterOrEqualSigned: [0x4e], greaterOrEqual: [0x4f] },
  ...{ add: [0x6a], subtract: [0x6b], multiply: [0x6c], divide: [0x6e], remainder: [0x70] },
  ...{ and: [0x71], or: [0x72], xor: [0x73], shiftLeft: [0x74], shiftRightSigned: [0x75], shiftRight: [0x76] },
  ...{ wrap: [0xa7], extendSigned: [0xac], extend: [0xad] },
  ...{ multiply64: [0x7e], divideSigned64: [0x7f], remainderSigned64: [0x81], shiftRightSigned64: [0x87] },
} as const

/** A function without a parameter, or with one of type i32. Its result has type i32. */
export type Func = { parameters: 0 | 1; locals: number; code: Code }

/**
 * A module that imports the memory `env.memory`, and exports each function under its index. With `callsTable`, it also imports the table
 * `env.table`. In V8, every instance that imports a table has a copy of it, which every change of the table changes too. So of thousands of
 * instances, only one may import it.
 */
export function moduleOf({
  functions,
  memoryPages,
  callsTable = false,
}: {
  functions: readonly Func[]
  memoryPages: number
  callsTable?: boolean
}): Uint8Array<ArrayBuffer> {
  const bytes: number[][] = [[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]]
  const section = (id: number, content: readonly number[][]) => {
    const length = content.reduce((sum, part) => sum + part.length, 0)
    bytes.push([id, ...unsigned(length)], ...content)
  }
  const type = (parameters: readonly number[]) => [functionType, ...vector(parameters.map((one) => [one])), 1, i32]
  section(1, [vector([type([]), type([i32])])])
  const imported = (name: string, kind: readonly number[]) => [...text('env'), ...text(name), ...kind]
  section(2, [
    vector([
      imported('memory', [0x02, 0x00, ...unsigned(memoryPages)]),
      ...(callsTable ? [imported('table', [0x01, funcref, 0x00, ...unsigned(0)])] : []),
    ]),
  ])
  section(3, [vector(functions.map(({ parameters }) => [parameters]))])
  section(7, [vector(functions.map((_, at) => [...text(`${at}`), 0x00, ...unsigned(at)]))])
  section(10, [unsigned(functions.length), ...functions.flatMap(body)])
  return join(bytes)
}

function body({ locals, code }: Func): number[][] {
  const declarations = locals === 0 ? [0] : [1, ...unsigned(locals), i32]
  return [unsigned(declarations.length + code.length + 1), declarations, code, [...op.end]]
}

const vector = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()]
const text = (name: string): number[] => vector([...new TextEncoder().encode(name)].map((byte) => [byte]))

function join(parts: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
