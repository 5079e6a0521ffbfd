import { EpochKey, ProtocolError } from '@lp/contracts/protocol'

/** The segments that the `Outbox` keeps belong to fewer epochs than this. */
const maxEpochs = 16

/**
 * The epoch keys of one page load. A key is made when it is first needed, and is never stored. So a page that is loaded again makes other
 * keys, and no key encrypts two different contents with the same segment number.
 */
export class EpochKeys {
  readonly #keys = new Map<bigint, EpochKey.EpochKey>()
  readonly #onKey: (epoch: bigint, key: EpochKey.EpochKey) => void

  /** `onKey`: called with each new key. A page that sells keys itself gets the keys in this way. */
  constructor(onKey: (epoch: bigint, key: EpochKey.EpochKey) => void = () => undefined) {
    this.#onKey = onKey
  }

  /**
   * The key of an epoch. Throws `DroppedKeyError` if the epoch is older than all kept keys: a new key would not decrypt the segments that
   * were sent.
   */
  keyOf(epoch: bigint): EpochKey.EpochKey {
    const known = this.#keys.get(epoch)
    if (known) return known
    const [oldest] = this.#keys.keys()
    if (oldest !== undefined && epoch < oldest) throw new DroppedKeyError({ epoch, oldest })
    const key = EpochKey.random()
    this.#keys.set(epoch, key)
    for (const old of [...this.#keys.keys()].slice(0, -maxEpochs)) this.#keys.delete(old)
    this.#onKey(epoch, key)
    return key
  }

  /** All kept keys, oldest first. */
  all(): readonly { epoch: bigint; key: EpochKey.EpochKey }[] {
    return [...this.#keys].map(([epoch, key]) => ({ epoch, key }))
  }
}

export class DroppedKeyError extends ProtocolError {
  override readonly name = 'EpochKeys.DroppedKeyError'
  constructor({ epoch, oldest }: { epoch: bigint; oldest: bigint }) {
    super('The page has dropped the key of this segment, because the segment is too old. Start a new stream.', {
      details: [`Epoch: ${epoch}`, `Oldest kept epoch: ${oldest}`],
    })
  }
}
