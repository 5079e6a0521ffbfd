import { ProtocolError } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import type { SponsorAccounts } from './SponsorAccounts'
import type { Credit, Delivery } from './subsidyMessages'

/** The name under which a relay counts what one sponsor owes for one stream. `sponsor`: in lower case. */
export type Account = { readonly sponsor: Address; readonly streamId: Hex }

/** Two acknowledgements of one viewer. `newest`: its signature may be wrong. `verified`: the newest acknowledgement whose signature we have checked. */
type Held = { newest: Delivery; verified: Delivery | undefined }

/** The largest number of viewers of one stream whose acknowledgements we keep. */
const maxViewers = 4_096

/** The acknowledgements that viewers of one subsidised stream have given to a relay, until the sponsor has agreed to pay for them. */
export class Deliveries {
  readonly account: Account
  readonly #accounts: SponsorAccounts
  readonly #held = new Map<Address, Held>()
  readonly #left = new Set<Address>()

  constructor(account: Account, accounts: SponsorAccounts) {
    this.account = account
    this.#accounts = accounts
  }

  /** The newest acknowledgement of this viewer. Its signature may be wrong. */
  newest(viewer: Address): Delivery | undefined {
    return this.#held.get(viewer)?.newest
  }

  /** The viewer has connected with an admission, perhaps not for the first time. */
  join(viewer: Address, capBytes: bigint): void {
    this.#left.delete(viewer)
    this.#accounts.admit(this.account.sponsor, this.keyOf(viewer), capBytes)
  }

  /**
   * Takes an acknowledgement if it states more bytes than the viewer's newest one. Takes the first acknowledgement of a viewer if we can keep one more
   * viewer. Returns whether it was taken. Does not check its signature.
   */
  add(delivery: Delivery): boolean {
    const held = this.#held.get(delivery.viewer)
    if (held ? delivery.bytes <= held.newest.bytes : !this.#hasRoom()) return false
    this.#held.set(delivery.viewer, { newest: delivery, verified: held?.verified })
    this.#accounts.note(this.account.sponsor, this.keyOf(delivery.viewer), { acknowledged: delivery.bytes })
    return true
  }

  /** At most `count` acknowledgements that state more bytes than the sponsor has agreed to pay for. */
  due(count: number): { delivery: Delivery; isVerified: boolean }[] {
    const due = [...this.#held.values()]
      .filter(({ newest }) => newest.bytes > this.#viewer(newest.viewer).credited)
      .slice(0, count)
    // Perhaps the sponsor never agrees to pay for some of these acknowledgements. So we put these behind all others.
    for (const held of due) {
      this.#held.delete(held.newest.viewer)
      this.#held.set(held.newest.viewer, held)
    }
    return due.map(({ newest, verified }) => ({ delivery: newest, isVerified: newest === verified }))
  }

  /** The signature is correct. */
  confirm(delivery: Delivery): void {
    const held = this.#held.get(delivery.viewer)
    if (held && delivery.bytes > (held.verified?.bytes ?? 0n)) held.verified = delivery
  }

  /** The signature is wrong: from now on, the last correct acknowledgement is the newest. */
  reject({ viewer }: Delivery): void {
    const verified = this.#held.get(viewer)?.verified
    if (verified) this.#held.set(viewer, { newest: verified, verified })
    else this.#held.delete(viewer)
  }

  /** The sponsor has agreed to pay for these bytes. Returns whether it pays for more bytes than before. */
  credit(credits: readonly Credit[]): boolean {
    const { sponsor } = this.account
    let hasGrown = false
    for (const { viewer, bytes: credited } of credits) {
      const newest = this.newest(viewer)
      // A credit for bytes that the viewer has not acknowledged would hide its next acknowledgements.
      if (!newest || credited > newest.bytes || credited <= this.#viewer(viewer).credited) continue
      hasGrown = true
      this.#accounts.note(sponsor, this.keyOf(viewer), { credited })
    }
    return hasGrown
  }

  /** The viewer has left. We keep its last statement, because the viewer needs the statement if it comes back with the same key. */
  leave(viewer: Address): void {
    this.#left.add(viewer)
  }

  /** Whether we can keep one more viewer. If necessary, forgets a viewer that has left and for which the sponsor owes nothing. */
  #hasRoom(): boolean {
    if (this.#held.size < maxViewers) return true
    for (const viewer of this.#left) {
      if ((this.newest(viewer)?.bytes ?? 0n) > this.#viewer(viewer).credited) continue
      this.#left.delete(viewer)
      this.#accounts.forget(this.account.sponsor, this.keyOf(viewer))
      if (this.#held.delete(viewer)) return true
    }
    return false
  }

  /** The key of the viewer in the accounts. */
  keyOf(viewer: Address): string {
    return `${this.account.streamId}/${viewer}`
  }

  /** An entry of the store: the verified acknowledgements that the sponsor has not agreed to pay for in full, as JSON with a version. */
  encode(untilMs: number): string {
    const viewers = [...this.#held.values()].flatMap(({ verified }) => {
      if (!verified) return []
      const { given, credited, weiPerByte } = this.#viewer(verified.viewer)
      const { viewer, bytes, signature } = verified
      return bytes > credited ? [[viewer, `${bytes}`, signature, `${given}`, `${credited}`, `${weiPerByte}`]] : []
    })
    return JSON.stringify({ version: 1, untilMs, viewers })
  }

  /** Reads an entry that `encode` wrote. Ignores an entry that is too old. Throws `DamagedEntryError`. */
  decode(key: string, text: string, nowMs: number): void {
    try {
      const { version, untilMs, viewers } = JSON.parse(text)
      if (version !== 1 || !Number.isFinite(untilMs)) throw new TypeError(`version ${version}`)
      if (untilMs < nowMs) return
      for (const [viewer, bytes, signature, given, credited, weiPerByte] of viewers) {
        const delivery = { viewer, bytes: BigInt(bytes), signature }
        const numbers = { given: BigInt(given), credited: BigInt(credited), weiPerByte: BigInt(weiPerByte) }
        this.#accounts.restore(this.account.sponsor, this.keyOf(viewer), {
          ...{ ...numbers, acknowledged: delivery.bytes, capBytes: 0n },
        })
        this.#held.set(viewer, { newest: delivery, verified: delivery })
        this.#left.add(viewer)
      }
    } catch (cause) {
      throw new DamagedEntryError({ key, cause })
    }
  }

  #viewer(viewer: Address) {
    const { sponsor } = this.account
    return this.#accounts.viewer(sponsor, this.keyOf(viewer)) ?? { given: 0n, credited: 0n, weiPerByte: 0n }
  }
}

export class DamagedEntryError extends ProtocolError {
  override readonly name = 'Deliveries.DamagedEntryError'
  constructor({ key, cause }: { key: string; cause: unknown }) {
    super(
      'The stored acknowledgements of a subsidised stream cannot be read. Restore the store from a backup, or delete the entry.',
      {
        details: [`Entry: ${key}`],
        cause,
      },
    )
  }
}
