/** One small fault in a source of the contracts. At least one test must fail if the source has this fault. */
export type Mutant = {
  /** The wrong behaviour of the contracts with this fault. The name is unique. */
  name: string
  /** Path from `contracts/src`. */
  file: string
  /** A text that is in the file exactly once. */
  text: string
  replacement: string
}
