import { Cheque, ProtocolError } from '@lp/contracts/protocol'

/** An entry of the store: the newest cheque of a channel. `party`: the payment key of the other side, in lower case. */
export type ChequeEntry = { readonly cheque: Cheque.SignedCheque; readonly party: string }

/** The entry as JSON with a version. */
export function encodeEntry({ cheque, party }: ChequeEntry): string {
  return JSON.stringify({ version: 1, party, cheque: { ...cheque, cumulative: `${cheque.cumulative}` } })
}

/** Reads the result of `encodeEntry`. Throws `DamagedEntryError`, because a guessed number could cost money. */
export function decodeEntry(key: string, text: string): ChequeEntry {
  try {
    const { version, party, cheque } = JSON.parse(text)
    const read: Cheque.SignedCheque = { ...cheque, cumulative: BigInt(cheque.cumulative) }
    Cheque.assertValid(read)
    if (version !== 1 || typeof party !== 'string') throw new TypeError(`version ${version}`)
    return { cheque: read, party }
  } catch (cause) {
    throw new DamagedEntryError({ key, cause })
  }
}

export class DamagedEntryError extends ProtocolError {
  override readonly name = 'chequeEntry.DamagedEntryError'
  readonly key: string
  constructor({ key, cause }: { key: string; cause: unknown }) {
    super('A stored cheque cannot be read.', { details: [`Entry: ${key}`], cause })
    this.key = key
  }
}
