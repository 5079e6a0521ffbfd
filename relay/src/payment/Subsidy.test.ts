import { type Address, numberToHex } from 'viem'
import { beforeEach, describe, expect, test } from 'vitest'
import { randomFrom, seeds } from '../../testbeds/fuzz'
import { decodeGuest, encodeGuest } from './guestEntry'
import { type Guest, Subsidy, type SubsidyOptions, usedOf } from './Subsidy'

const address = (number: number): Address => numberToHex(number, { size: 20 })
const [viewer, other, relay, second] = [1, 2, 11, 12].map(address) as [Address, Address, Address, Address]

let nowMs: number
beforeEach(() => {
  nowMs = 1_000_000
})

const budget = {
  ...{ maxWeiPerByte: 5n, maxWeiPerMinute: 10n ** 9n, maxWei: 10n ** 12n },
  ...{ stepSeconds: 10, videoBytesPerSecond: 20_000 },
}
const options: SubsidyOptions = {
  ...{ budget, capBytes: 1_000n, maxBytesPerSecond: 1_000, admissionSeconds: 100 },
  admissions: { perMinute: 60, most: 100 },
  nowMs: () => nowMs,
}
const create = (change: Partial<SubsidyOptions> = {}) => new Subsidy({ ...options, ...change })

describe('grant', () => {
  test('numbers the admissions, and gives a known viewer the same admission again', () => {
    const subsidy = create()
    expect([viewer, other, viewer].map((who) => subsidy.grant(who)?.number)).toEqual([1, 2, 1])
    expect([subsidy.admitted, subsidy.guest(viewer)?.capBytes]).toEqual([2, 1_000n])
  })

  test('admits only as many viewers in a minute and in all as the sponsor allows', () => {
    const subsidy = create({ admissions: { perMinute: 3, most: 5 } })
    const admit = (from: number) => [0, 1, 2, 3].filter((index) => subsidy.grant(address(from + index))).length
    expect(admit(20)).toBe(3)
    nowMs += 60_000
    expect([admit(30), admit(30)]).toEqual([2, 2])
    expect(subsidy.admitted).toBe(5)
  })

  test('gives more time to a viewer that comes again, and a further cap to a viewer that has used three quarters of its cap', () => {
    const subsidy = create()
    subsidy.grant(viewer)
    nowMs += 60_000
    expect(subsidy.grant(viewer)).toMatchObject({ number: 1, capBytes: 1_000n, untilMs: nowMs + 100_000 })
    subsidy.accept({ relay, viewer, bytes: 750n, weiPerByte: 1n })
    expect(subsidy.grant(viewer)).toMatchObject({ number: 2, capBytes: 2_000n })
  })
})

describe('accept', () => {
  test('pays only for the bytes by which a statement has grown', () => {
    const subsidy = create()
    subsidy.grant(viewer)
    const accept = (bytes: bigint) => subsidy.accept({ relay, viewer, bytes, weiPerByte: 2n })
    expect(accept(100n)).toEqual({ bytes: 100n, amount: 200n })
    expect(accept(100n)).toEqual({ bytes: 100n, amount: 0n })
    expect(accept(40n)).toEqual({ bytes: 100n, amount: 0n })
    expect(accept(110n)).toEqual({ bytes: 110n, amount: 20n })
    expect([subsidy.acceptedOf(relay), subsidy.spent]).toEqual([220n, 220n])
  })

  test('pays nothing for a viewer that it has not admitted, and nothing at a price above its limit or without a price', () => {
    const subsidy = create()
    expect(subsidy.accept({ relay, viewer, bytes: 9n, weiPerByte: 1n })).toEqual({ bytes: 0n, amount: 0n })
    subsidy.grant(viewer)
    for (const weiPerByte of [0n, 6n])
      expect(subsidy.accept({ relay, viewer, bytes: 9n, weiPerByte })).toEqual({ bytes: 0n, amount: 0n })
  })

  test('pays all relays together at most the cap of the viewer', () => {
    const subsidy = create()
    subsidy.grant(viewer)
    expect(subsidy.accept({ relay, viewer, bytes: 700n, weiPerByte: 1n }).bytes).toBe(700n)
    expect(subsidy.accept({ relay: second, viewer, bytes: 700n, weiPerByte: 1n }).bytes).toBe(300n)
    expect(subsidy.accept({ relay, viewer, bytes: 10_000n, weiPerByte: 1n }).bytes).toBe(700n)
  })

  test('pays for no more bytes than a viewer can get in the time since its admission', () => {
    const subsidy = create({ capBytes: 10n ** 9n })
    subsidy.grant(viewer)
    const accept = () => subsidy.accept({ relay, viewer, bytes: 10n ** 8n, weiPerByte: 1n }).bytes
    expect(accept()).toBe(30_000n)
    nowMs += 20_000
    expect(accept()).toBe(50_000n)
    nowMs += 10_000_000
    expect(accept()).toBe(130_000n)
  })

  test('pays at most the budget of a minute, and pays the rest later', () => {
    const subsidy = create({ budget: { ...budget, maxWeiPerMinute: 500n, maxWei: 800n } })
    subsidy.grant(viewer)
    const accept = () => subsidy.accept({ relay, viewer, bytes: 1_000n, weiPerByte: 3n })
    expect(accept()).toEqual({ bytes: 166n, amount: 498n })
    nowMs += 60_000
    expect(accept()).toEqual({ bytes: 266n, amount: 300n })
    nowMs += 60_000
    expect(accept().amount).toBe(0n)
  })
})

const runs = seeds(100)
test(`in ${runs.length} random histories with restarts, no cap and no budget is exceeded, and no byte is paid twice`, () => {
  for (const seed of runs) {
    const random = randomFrom(seed)
    const limits = { ...budget, maxWeiPerMinute: BigInt(1 + random(20_000)), maxWei: BigInt(1 + random(60_000)) }
    const shared = { ...options, budget: limits, admissions: { perMinute: 1 + random(10), most: 1 + random(12) } }
    let subsidy = new Subsidy(shared)
    const viewers = Array.from({ length: 8 }, (_, index) => address(100 + index))
    const relays = [relay, second, address(13)]
    const stated = new Map<string, bigint>()
    const paid = new Map<string, bigint>()
    let [minute, isFresh] = [{ atMs: nowMs, amount: 0n }, true]
    for (let step = 0; step < 300; step++) {
      const [who, by] = [viewers[random(8)] as Address, relays[random(3)] as Address]
      if (random(5) === 0) subsidy.grant(who)
      if (random(4) === 0) nowMs += random(10_000)
      if (nowMs - minute.atMs >= 60_000) [minute, isFresh] = [{ atMs: nowMs, amount: 0n }, true]
      const bytes = BigInt(random(3_000))
      const weiPerByte = BigInt(random(7))
      const { amount } = subsidy.accept({ relay: by, viewer: who, bytes, weiPerByte })
      const key = `${by}/${who}`
      if ((stated.get(key) ?? 0n) < bytes) stated.set(key, bytes)
      paid.set(key, (paid.get(key) ?? 0n) + amount)
      minute.amount += amount
      if (random(60) === 0) {
        const entries = viewers.flatMap((viewer) => {
          const guest = subsidy.guest(viewer)
          return guest ? [[viewer, decodeGuest(viewer, encodeGuest(guest))] as const] : []
        })
        subsidy = new Subsidy(shared, new Map<Address, Guest>(entries))
        // The book does not store the times of its payments.
        isFresh = false
      }
      if (isFresh) expect({ seed, amount: minute.amount <= limits.maxWeiPerMinute }).toEqual({ seed, amount: true })
    }
    const sum = [...paid.values()].reduce((sum, amount) => sum + amount, 0n)
    expect({ seed, sum, isWithin: sum <= limits.maxWei }).toEqual({ seed, sum: subsidy.spent, isWithin: true })
    for (const by of relays)
      expect(subsidy.acceptedOf(by)).toBe(viewers.reduce((sum, who) => sum + (paid.get(`${by}/${who}`) ?? 0n), 0n))
    for (const who of viewers) {
      const guest = subsidy.guest(who)
      if (guest) expect(usedOf(guest) <= guest.capBytes).toBe(true)
      for (const by of relays)
        expect((guest?.accepted.get(by)?.bytes ?? 0n) <= (stated.get(`${by}/${who}`) ?? 0n)).toBe(true)
    }
  }
})
