import type { Address } from 'viem'

/** The bytes that a viewer got at the expense of a sponsor. All numbers of bytes are cumulative. */
export type SponsoredViewer = {
  readonly given: bigint
  /** The bytes that the viewer has acknowledged. */
  readonly acknowledged: bigint
  /** The bytes that the sponsor has agreed to pay for. */
  readonly credited: bigint
  readonly capBytes: bigint
  /** The price of the newest bytes that were given. */
  readonly weiPerByte: bigint
}

/**
 * `given`: the cost of all bytes that we gave, in wei. `paid`: all cheques, in wei. `connected`: the number of connected viewers. `usedMs`: when we
 * last gave bytes.
 */
type Account = {
  given: bigint
  paid: bigint
  connected: number
  usedMs: number
  readonly viewers: Map<string, SponsoredViewer>
}

export type SponsorAccountsOptions = {
  /** The largest debt that we allow a sponsor that has never paid, in wei. */
  threshold: bigint
  /** Unix time in milliseconds. */
  nowMs(): number
}

/** A relay forgets a sponsor, and the bytes that the sponsor has not agreed to pay for, if no viewer of this sponsor has got bytes for this time. */
export const keepMs = 24 * 3_600_000
/** A viewer that has acknowledged nothing yet gets at most this number of bytes. */
const firstBytes = 64n * 1_024n
/** The debts of all sponsors together may exceed their payments by at most this number of thresholds. */
const strangers = 4n

export const newViewer: SponsoredViewer = { given: 0n, acknowledged: 0n, credited: 0n, capBytes: 0n, weiPerByte: 0n }

/**
 * The book of a relay about sponsors. It limits the bytes that the relay gives to viewers before a sponsor has paid. A sponsor that has never paid owes at
 * most one threshold. A sponsor that has paid owes at most one threshold for each connected viewer, and at most one threshold more than it has paid. An
 * attacker can make sponsors and viewers without cost. So the debts of all sponsors of the last day together exceed their payments by at most four
 * thresholds.
 */
export class SponsorAccounts {
  readonly #threshold: bigint
  readonly #nowMs: () => number
  readonly #accounts = new Map<Address, Account>()

  constructor({ threshold, nowMs }: SponsorAccountsOptions) {
    this.#threshold = threshold
    this.#nowMs = nowMs
  }

  has(sponsor: Address): boolean {
    return this.#accounts.has(sponsor)
  }

  /** Opens an account if there is none. `paid`: the sum of the sponsor's cheques that we hold and that have not bounced, in wei. */
  open(sponsor: Address, paid: bigint): void {
    if (this.has(sponsor)) return
    const usedMs = this.#nowMs()
    for (const [other, account] of this.#accounts)
      if (account.connected === 0 && account.usedMs < usedMs - keepMs) this.#accounts.delete(other)
    // The account begins without a debt. `restore` adds the debt for earlier bytes.
    this.#accounts.set(sponsor, { given: paid, paid, connected: 0, usedMs, viewers: new Map() })
  }

  /** Adds a viewer from before a restart. The sponsor owes for the bytes that this viewer got and that the sponsor has not agreed to pay for. */
  restore(sponsor: Address, key: string, viewer: SponsoredViewer): void {
    const account = this.#of(sponsor)
    account.viewers.set(key, viewer)
    account.given += max(viewer.given - viewer.credited, 0n) * viewer.weiPerByte
  }

  /** Sets the sum of the sponsor's cheques that we hold and that have not bounced, in wei. */
  pay(sponsor: Address, paid: bigint): void {
    const account = this.#accounts.get(sponsor)
    if (account) account.paid = paid
  }

  /** What the sponsor owes for bytes that we have given, in wei. Negative: the sponsor has paid more than these bytes cost. */
  exposure(sponsor: Address): bigint {
    const account = this.#accounts.get(sponsor)
    return account ? account.given - account.paid : 0n
  }

  viewer(sponsor: Address, key: string): SponsoredViewer | undefined {
    return this.#accounts.get(sponsor)?.viewers.get(key)
  }

  /** The viewer has connected with an admission. `capBytes`: the cap of the admission. */
  admit(sponsor: Address, key: string, capBytes: bigint): void {
    const { viewers } = this.#of(sponsor)
    viewers.set(key, { ...(viewers.get(key) ?? newViewer), capBytes })
  }

  /** Sets the number of connected viewers with an admission of this sponsor. */
  connect(sponsor: Address, connected: number): void {
    this.#of(sponsor).connected = connected
  }

  /** The viewer has acknowledged bytes, or the sponsor has agreed to pay for bytes. Lower numbers change nothing. */
  note(
    sponsor: Address,
    key: string,
    { acknowledged = 0n, credited = 0n }: { acknowledged?: bigint; credited?: bigint },
  ): void {
    const account = this.#accounts.get(sponsor)
    const viewer = account?.viewers.get(key)
    if (!account || !viewer) return
    account.viewers.set(key, {
      ...viewer,
      ...{ acknowledged: max(viewer.acknowledged, acknowledged), credited: max(viewer.credited, credited) },
    })
  }

  /** Takes at most `bytes` for a viewer at the expense of the sponsor. Returns the number of bytes that the viewer gets. */
  take(sponsor: Address, key: string, { bytes, weiPerByte }: { bytes: number; weiPerByte: bigint }): number {
    const account = this.#accounts.get(sponsor)
    const viewer = account?.viewers.get(key)
    if (!account || !viewer || weiPerByte === 0n) return 0
    const { given, acknowledged, credited, capBytes } = viewer
    const most = this.#threshold / weiPerByte
    const limits = [
      capBytes - max(given, acknowledged),
      // The more bytes a viewer has acknowledged, the more unacknowledged bytes it may have. A viewer that acknowledges nothing must not use up the
      // threshold.
      max(firstBytes, min(most / 4n, acknowledged)) - max(given - acknowledged, 0n),
      max(firstBytes, min(most / 2n, max(most / 4n, credited))) - max(given - credited, 0n),
      this.#room(sponsor, account) / weiPerByte,
    ]
    const taken = max(limits.reduce(min, BigInt(bytes)), 0n)
    account.viewers.set(key, { ...viewer, given: given + taken, weiPerByte })
    account.given += taken * weiPerByte
    if (taken > 0n) account.usedMs = this.#nowMs()
    return Number(taken)
  }

  /** The sponsor no longer owes these bytes: they were taken from our free allowance for the viewer. */
  writeOff(sponsor: Address, key: string, bytes: bigint): void {
    const account = this.#accounts.get(sponsor)
    const viewer = account?.viewers.get(key)
    if (!account || !viewer) return
    account.viewers.set(key, { ...viewer, given: viewer.given - bytes })
    account.given -= bytes * viewer.weiPerByte
  }

  forget(sponsor: Address, key: string): void {
    this.#accounts.get(sponsor)?.viewers.delete(key)
  }

  /** What we may still give at the expense of this sponsor, in wei. */
  #room(sponsor: Address, { given, paid, connected }: Account): bigint {
    const exposure = given - paid
    const forAll = BigInt(Math.max(connected, 1)) * this.#threshold
    const oldestMs = this.#nowMs() - keepMs
    let uncovered = 0n
    for (const [other, account] of this.#accounts)
      if (other !== sponsor && account.usedMs >= oldestMs) uncovered += max(account.given - 2n * account.paid, 0n)
    return min(min(forAll, paid + this.#threshold), paid + strangers * this.#threshold - uncovered) - exposure
  }

  #of(sponsor: Address): Account {
    this.open(sponsor, 0n)
    return this.#accounts.get(sponsor) as Account
  }
}

const min = (one: bigint, other: bigint) => (one < other ? one : other)
const max = (one: bigint, other: bigint) => (one > other ? one : other)
