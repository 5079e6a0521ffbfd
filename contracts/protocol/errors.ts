/** Base of every error of the protocol. The message is one sentence. After the sentence, each fact is on its own line. */
export abstract class ProtocolError extends Error {
  abstract override readonly name: string
  /** The sentence without the facts, to show to users. */
  readonly shortMessage: string
  readonly details: readonly string[]

  constructor(shortMessage: string, { details = [], cause }: { details?: readonly string[]; cause?: unknown } = {}) {
    super([shortMessage, ...details].join('\n'), cause === undefined ? undefined : { cause })
    this.shortMessage = shortMessage
    this.details = details
  }
}
