import { Cheque } from '@lp/contracts/protocol'
import { type Address, type Hex, isAddressEqual } from 'viem'
import type { ChequebookChain } from './ChequebookChain'
import { waitAfterBounces } from './cashing'
import { decodeEntry, encodeEntry } from './chequeEntry'
import {
  BouncedIssuerError,
  ExpiredKeyError,
  FullTillError,
  InsolventIssuerError,
  KeyCapError,
  LowerChequeError,
  WrongChannelError,
  WrongSignerError,
} from './chequeErrors'
import { freeOf, type HeldCheque, isOfIssuer, missingOf, owedOf, uncoveredOf } from './HeldCheque'
import type { PaymentStore } from './PaymentStore'

export type ChequeTillOptions = {
  store: PaymentStore
  chain: ChequebookChain
  domain: Cheque.Domain
  /** Whether cheques of this channel pay us, with the split that we ask for. */
  isOurs(channel: Cheque.Channel): boolean
  nowMs(): number
}

export type Accepted = {
  /** The part of the cheque that we have not counted as paid before, in wei. 0: we already hold the cheque. */
  growth: bigint
  cumulative: bigint
}

const prefix = 'held/'
/** Before we take a cheque, we read the facts of the chain again if they are older than this. An event of the chain makes them old at once. */
const factsMs = 30_000
/** The largest number of channels. The newest cheque of each channel needs memory and an entry in the store. */
const maxChannels = 20_000
/** We need this time to cash a cheque before its session key expires. */
const leastSecondsLeft = 1_800n

/** Checks the cheques that peers give us, and keeps the newest cheque of each channel. A cheque is stored before `accept` resolves. */
export class ChequeTill {
  readonly #options: ChequeTillOptions
  readonly #held: Map<Hex, HeldCheque>
  /** The number of bounces of each issuer, in lower case. */
  readonly #bounces = new Map<string, number>()
  /** By issuer: the last check. We check the cheques of an issuer one after the other, because each check adds up all that the issuer owes. */
  readonly #checks = new Map<string, Promise<unknown>>()

  private constructor(options: ChequeTillOptions, held: Map<Hex, HeldCheque>) {
    this.#options = options
    this.#held = held
  }

  /**
   * Reads the stored cheques, and the facts of the chain about them. Rejects with `chequeEntry.DamagedEntryError`, or with the error of the store or
   * the chain.
   */
  static async open(options: ChequeTillOptions): Promise<ChequeTill> {
    const held = new Map<Hex, HeldCheque>()
    for (const [key, text] of await options.store.load()) {
      if (!key.startsWith(prefix)) continue
      const { cheque, party } = decodeEntry(key, text)
      const signer = await Cheque.recover(cheque, options.domain)
      // `accept` stores no cheque without a signer.
      if (!signer) continue
      const facts = await options.chain.factsOf(cheque, signer)
      const missing = missingOf({ cheque, signer, facts })
      held.set(Cheque.channelId(cheque), { cheque, signer, party, facts, readAtMs: options.nowMs(), missing })
    }
    return new ChequeTill(options, held)
  }

  get cheques(): readonly HeldCheque[] {
    return [...this.#held.values()]
  }

  /**
   * Takes a cheque from a peer. Resolves when the cheque is stored. `party`: the peer's payment key. Rejects with a `RefusedChequeError`, with
   * `Cheque.ChannelError`, `Cheque.AmountError` or `Cheque.SignatureError`, or with the error of the store or the chain.
   */
  accept(cheque: Cheque.SignedCheque, party: string): Promise<Accepted> {
    const issuer = cheque.issuer.toLowerCase()
    const before = this.#checks.get(issuer) ?? Promise.resolve()
    const check = before.then(() => this.#accept(cheque, party.toLowerCase()))
    const settled = check.catch(() => undefined)
    this.#checks.set(issuer, settled)
    // Without this, the map would have an entry for each issuer of a cheque, for ever.
    settled.then(() => this.#checks.get(issuer) === settled && this.#checks.delete(issuer))
    return check
  }

  async #accept(cheque: Cheque.SignedCheque, party: string): Promise<Accepted> {
    Cheque.assertValid(cheque)
    if (!this.#options.isOurs(cheque)) throw new WrongChannelError(cheque)
    const id = Cheque.channelId(cheque)
    const held = this.#held.get(id)
    const { cumulative } = cheque
    if (held && cumulative === held.cheque.cumulative) {
      if (held.missing > 0n) throw new BouncedIssuerError(cheque)
      return { growth: 0n, cumulative }
    }
    if (held && cumulative < held.cheque.cumulative)
      throw new LowerChequeError({ cumulative, held: held.cheque.cumulative })
    if (!held && this.#held.size >= maxChannels) throw new FullTillError({ channels: this.#held.size })
    const signer = await Cheque.recover(cheque, this.#options.domain)
    if (!signer) throw new WrongSignerError({ issuer: cheque.issuer, signer })
    const isFresh = held && isAddressEqual(held.signer, signer) && this.#options.nowMs() - held.readAtMs < factsMs
    const readAtMs = isFresh ? held.readAtMs : this.#options.nowMs()
    const facts = isFresh ? held.facts : await this.#options.chain.factsOf(cheque, signer)
    const next: HeldCheque = { cheque, signer, party, facts, readAtMs, missing: 0n }
    this.#assertPayable(next, id)
    await this.#options.store.put(`${prefix}${id}`, encodeEntry(next))
    this.#held.delete(id)
    this.#held.set(id, next)
    const before = max(held?.cheque.cumulative ?? 0n, facts.channel.paid)
    return { growth: cumulative - before + (held?.missing ?? 0n), cumulative }
  }

  #assertPayable(next: HeldCheque, id: Hex): void {
    const { cheque, signer, facts } = next
    const { issuer, cumulative } = cheque
    const { key, channel, account, time } = facts
    const owed = owedOf(next)
    if (owed === 0n) throw new LowerChequeError({ cumulative, held: channel.paid })
    const others = [...this.#held].filter(([other, held]) => other !== id && isAddressEqual(held.cheque.issuer, issuer))
    if (!isOfIssuer(next)) {
      if (key.expiry === 0n) throw new WrongSignerError({ issuer, signer })
      if (key.expiry < time + leastSecondsLeft) throw new ExpiredKeyError({ expiry: key.expiry, time })
      const sameKey = others.filter(([, held]) => isAddressEqual(held.signer, signer))
      const left = sameKey.reduce((left, [, held]) => left - owedOf(held), key.cap - key.spent)
      if (owed > left) throw new KeyCapError({ left, owed })
    }
    if (channel.bouncedAt > 0n || this.#isWaiting(issuer, account.bouncedAt, time)) throw new BouncedIssuerError(cheque)
    const uncovered = others.reduce((sum, [, held]) => sum + uncoveredOf(held), uncoveredOf(next))
    if (uncovered > freeOf(facts)) throw new InsolventIssuerError({ issuer, free: freeOf(facts), owed: uncovered })
  }

  /** Whether we still wait after the issuer's last bounce. The cheque that bounced can be to another payee. */
  #isWaiting(issuer: Address, bouncedAt: bigint, time: bigint): boolean {
    if (bouncedAt === 0n) return false
    const bounces = Math.max(this.bouncesOf(issuer), 1)
    return time < bouncedAt + BigInt(waitAfterBounces(bounces))
  }

  /** Whether the deposits of the issuer no longer cover all cheques of the issuer that we hold. */
  isShort({ cheque, facts }: HeldCheque): boolean {
    const owed = this.cheques.filter((held) => isAddressEqual(held.cheque.issuer, cheque.issuer))
    return owed.reduce((sum, held) => sum + uncoveredOf(held), 0n) > freeOf(facts)
  }

  /** The deposit, a channel or a key of the issuer has changed on chain. Facts about the issuer are read again before they are used. */
  issuerChanged(issuer: Address): void {
    for (const held of this.#held.values())
      if (isAddressEqual(held.cheque.issuer, issuer)) held.readAtMs = Number.NEGATIVE_INFINITY
  }

  /**
   * Reads the facts about a cheque again if they are older than `maxAgeMs`. Returns the change of `missing` since the last call, in wei. Rejects with the
   * error of the chain.
   */
  async refresh(held: HeldCheque, maxAgeMs: number): Promise<bigint> {
    const nowMs = this.#options.nowMs()
    if (nowMs - held.readAtMs >= maxAgeMs) {
      const facts = await this.#options.chain.factsOf(held.cheque, held.signer)
      // The peer has given us a newer cheque during the request.
      if (this.newest(held) !== held) return 0n
      held.facts = facts
      held.readAtMs = nowMs
    }
    const before = held.missing
    held.missing = missingOf(held)
    return held.missing - before
  }

  /** The newest cheque of the same channel. */
  newest({ cheque }: HeldCheque): HeldCheque | undefined {
    return this.heldIn(cheque)
  }

  /** The newest cheque of a channel. */
  heldIn(channel: Cheque.Channel): HeldCheque | undefined {
    return this.#held.get(Cheque.channelId(channel))
  }

  noteBounce({ cheque: { issuer } }: HeldCheque): void {
    this.#bounces.set(issuer.toLowerCase(), this.bouncesOf(issuer) + 1)
  }

  /** How many cash-outs of cheques of this issuer have bounced. */
  bouncesOf(issuer: Address): number {
    return this.#bounces.get(issuer.toLowerCase()) ?? 0
  }
}

const max = (one: bigint, other: bigint) => (one > other ? one : other)
