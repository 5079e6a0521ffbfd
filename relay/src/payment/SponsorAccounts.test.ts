import { type Address, numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { keepMs, SponsorAccounts } from './SponsorAccounts'

const address = (number: number): Address => numberToHex(number, { size: 20 })
const sponsor = address(1)
const threshold = 400_000n
const capBytes = 10n ** 9n

/** Accounts with one sponsor that has paid `paid`, and these viewers. */
function create({ paid = 0n, viewers = ['v'], connected = 1, nowMs = (): number => 0 } = {}) {
  const accounts = new SponsorAccounts({ threshold, nowMs })
  accounts.open(sponsor, paid)
  accounts.connect(sponsor, connected)
  for (const viewer of viewers) accounts.admit(sponsor, viewer, capBytes)
  return accounts
}

/** Gives as many bytes as possible to a viewer that acknowledges all bytes. `isCredited`: the sponsor agrees to pay for all bytes. */
function drain(accounts: SponsorAccounts, viewer: string, { isCredited = false, who = sponsor } = {}) {
  let given = 0
  for (;;) {
    const taken = accounts.take(who, viewer, { bytes: 16_384, weiPerByte: 1n })
    given += taken
    if (taken === 0) return given
    accounts.note(who, viewer, { acknowledged: BigInt(given), credited: isCredited ? BigInt(given) : 0n })
  }
}

describe('take', () => {
  test('gives 64 KiB to a viewer that has acknowledged nothing, and lets it have more unacknowledged bytes when it has acknowledged more', () => {
    const accounts = create()
    const take = () => accounts.take(sponsor, 'v', { bytes: 10 ** 6, weiPerByte: 1n })
    expect([take(), take()]).toEqual([65_536, 0])
    accounts.note(sponsor, 'v', { acknowledged: 65_536n })
    expect(take()).toBe(34_464)
  })

  test('gives bytes for one threshold at the expense of a sponsor that never pays, however many viewers it admits', () => {
    const viewers = Array.from({ length: 50 }, (_, index) => `v${index}`)
    const accounts = create({ viewers, connected: 50 })
    const given = viewers.reduce((sum, viewer) => sum + drain(accounts, viewer), 0)
    expect(BigInt(given)).toBe(threshold)
    expect(accounts.exposure(sponsor)).toBe(threshold)
  })

  test('lets a sponsor owe at most one threshold more than it has paid, and at most one threshold for each connected viewer', () => {
    const viewers = Array.from({ length: 50 }, (_, index) => `v${index}`)
    const all = (accounts: SponsorAccounts) => viewers.reduce((sum, viewer) => sum + drain(accounts, viewer), 0)
    expect(all(create({ paid: 1_000_000n, viewers, connected: 50 }))).toBe(1_400_000)
    expect(all(create({ paid: 1_000_000n, viewers, connected: 2 }))).toBe(800_000)
  })

  test('gives further bytes after the sponsor has paid, and no bytes after its cheques have bounced', () => {
    const accounts = create()
    expect(drain(accounts, 'v', { isCredited: true })).toBe(400_000)
    accounts.pay(sponsor, 300_000n)
    expect(drain(accounts, 'v', { isCredited: true })).toBeGreaterThan(0)
    accounts.pay(sponsor, 0n)
    expect(drain(accounts, 'v')).toBe(0)
  })

  test('does not let one viewer use up the threshold if the sponsor does not pay for this viewer', () => {
    const accounts = create({ viewers: ['v', 'w'] })
    expect(drain(accounts, 'v')).toBe(100_000)
    expect(drain(accounts, 'w', { isCredited: true })).toBe(300_000)
  })

  test('gives at most the cap of an admission', () => {
    const accounts = create({ paid: 10n ** 9n })
    accounts.admit(sponsor, 'v', 70_000n)
    expect(drain(accounts, 'v', { isCredited: true })).toBe(70_000)
  })

  test('gives bytes for four thresholds in all at the expense of sponsors that have never paid, and still serves the viewers of a sponsor that has paid', () => {
    const accounts = create()
    const attackers = Array.from({ length: 20 }, (_, index) => address(100 + index))
    let stolen = 0
    for (const who of attackers) {
      accounts.open(who, 0n)
      accounts.admit(who, 'v', capBytes)
      stolen += drain(accounts, 'v', { who, isCredited: true })
    }
    expect(BigInt(stolen)).toBe(4n * threshold)
    expect(drain(accounts, 'v')).toBe(0)
    accounts.pay(sponsor, 200_000n)
    expect(drain(accounts, 'v', { isCredited: true })).toBe(400_000)
  })

  test('forgets sponsors whose viewers have got no bytes for a day, so that they do not block honest sponsors for ever', () => {
    let nowMs = 0
    const accounts = create({ nowMs: () => nowMs })
    const attackers = Array.from({ length: 8 }, (_, index) => address(100 + index))
    for (const who of attackers) {
      accounts.admit(who, 'v', capBytes)
      drain(accounts, 'v', { who, isCredited: true })
    }
    nowMs = keepMs
    expect(drain(accounts, 'v')).toBe(0)
    nowMs = keepMs + 1
    expect(drain(accounts, 'v')).toBeGreaterThan(0)
    accounts.open(address(2), 0n)
    expect(attackers.filter((who) => accounts.has(who))).toEqual([])
    expect(accounts.has(sponsor)).toBe(true)
  })
})

test('after a write-off, the sponsor no longer owes the bytes', () => {
  const accounts = create()
  accounts.take(sponsor, 'v', { bytes: 50_000, weiPerByte: 3n })
  accounts.writeOff(sponsor, 'v', 20_000n)
  expect(accounts.exposure(sponsor)).toBe(90_000n)
})

const runs = seeds(100)
test(`in ${runs.length} random histories, no sponsor owes more than one threshold plus its payments`, () => {
  for (const seed of runs) {
    const random = randomFrom(seed)
    const sponsors = [address(1), address(2), address(3)]
    const accounts = new SponsorAccounts({ threshold, nowMs: () => 0 })
    const paid = new Map(sponsors.map((who) => [who, 0n]))
    for (const who of sponsors) accounts.open(who, 0n)
    for (let step = 0; step < 500; step++) {
      const who = sponsors[random(3)] as Address
      const viewer = `v${random(20)}`
      const before = accounts.exposure(who)
      const bytes = BigInt(random(1_000_000))
      const acts = [
        () => accounts.admit(who, viewer, BigInt(random(10_000_000))),
        () => accounts.connect(who, random(20)),
        () => accounts.note(who, viewer, random(2) ? { acknowledged: bytes } : { credited: bytes }),
        () => {
          paid.set(who, (paid.get(who) ?? 0n) + BigInt(random(100_000)))
          accounts.pay(who, paid.get(who) ?? 0n)
        },
        () => accounts.forget(who, viewer),
      ]
      acts[random(acts.length)]?.()
      const taken = accounts.take(who, viewer, { bytes: random(200_000), weiPerByte: BigInt(random(4)) })
      const limit = threshold + (paid.get(who) ?? 0n)
      const isWithin = taken === 0 || accounts.exposure(who) <= limit
      expect({ seed, step, before, taken, isWithin }).toEqual({ seed, step, before, taken, isWithin: true })
    }
  }
})
