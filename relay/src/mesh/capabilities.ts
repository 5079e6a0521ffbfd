/**
 * Extensions of the protocol. The position of a name is its bit in HELLO: a new name goes to the end, and no name is ever
 * removed. At most 64 names.
 */
const names = ['payments', 'parts', 'pieces', 'introductions', 'sealed'] as const

/**
 * `payments`: the peer understands `payment` messages. `parts`: the broadcaster signs the parts of each segment. `pieces`: the viewer or
 * relay exchanges pieces of segments. `introductions`: the viewer or relay tells its neighbours the ids of its other neighbours, and
 * forwards offers and answers between them. `sealed` in a HELLO to a broadcaster: the transcoder publishes only encrypted segments of a
 * paid stream. `sealed` in a HELLO to viewers: the sender is a key server of the stream.
 */
export type Capability = (typeof names)[number]

/** The bit set that HELLO carries. */
export const toBits = (capabilities: Iterable<Capability>): bigint =>
  [...capabilities].reduce((bits, name) => bits | (1n << BigInt(names.indexOf(name))), 0n)

/** The capabilities in a bit set. Bits that have no name yet are ignored. */
export const fromBits = (bits: bigint): ReadonlySet<Capability> =>
  new Set(names.filter((_, bit) => (bits >> BigInt(bit)) & 1n))
