import { ProtocolError } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Accepted, Guest } from './Subsidy'

/** A sponsor's entry about one viewer in its store, as JSON with a version. */
export function encodeGuest({ capBytes, accepted, ...rest }: Guest): string {
  const relays = [...accepted].map(([relay, { bytes, amount }]) => [relay, `${bytes}`, `${amount}`])
  return JSON.stringify({ version: 1, ...rest, capBytes: `${capBytes}`, relays })
}

/** Reads the result of `encodeGuest`. Throws `DamagedEntryError`, because a guessed number could cost money. */
export function decodeGuest(key: string, text: string): Guest {
  try {
    const { version, number, capBytes, sinceMs, untilMs, relays } = JSON.parse(text)
    if (version !== 1 || ![number, sinceMs, untilMs].every(Number.isFinite)) throw new TypeError(`version ${version}`)
    const accepted = new Map<Address, Accepted>()
    for (const [relay, bytes, amount] of relays) accepted.set(relay, { bytes: BigInt(bytes), amount: BigInt(amount) })
    return { number, capBytes: BigInt(capBytes), sinceMs, untilMs, accepted }
  } catch (cause) {
    throw new DamagedEntryError({ key, cause })
  }
}

export class DamagedEntryError extends ProtocolError {
  override readonly name = 'guestEntry.DamagedEntryError'
  constructor({ key, cause }: { key: string; cause: unknown }) {
    super(
      'A stored entry about an admitted viewer cannot be read. Restore the store from a backup, or start a new stream.',
      {
        details: [`Entry: ${key}`],
        cause,
      },
    )
  }
}
