/**
 * Where the parts of the first memory are: the same table as contracts/judge/program/layout.h. Each part has 16 MiB, so it is a subtree of
 * the memory's tree.
 */
export const layout = {
  program: 0x00000000,
  facts: 0x01000000,
  source: 0x02000000,
  rendition: 0x03000000,
  work: 0x04000000,
  /** The first instruction. */
  entry: 0x00001000,
} as const

/** The levels of the tree of a part, above its leaves. */
export const partDepth = 19
