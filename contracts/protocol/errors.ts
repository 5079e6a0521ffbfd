/** Base of every error that the protocol's nouns throw: one sentence, then the facts. */
export abstract class ProtocolError extends Error {
  abstract override readonly name: string
  /** The sentence alone, for people. */
  readonly shortMessage: string
  readonly details: readonly string[]

  constructor(shortMessage: string, { details = [], cause }: { details?: readonly string[]; cause?: unknown } = {}) {
    super([shortMessage, ...details].join('\n'), cause === undefined ? undefined : { cause })
    this.shortMessage = shortMessage
    this.details = details
  }
}
