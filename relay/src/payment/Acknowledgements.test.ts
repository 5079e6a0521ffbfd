import { type Address, type Hex, numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import { Acknowledgements } from './Acknowledgements'
import { Allowance } from './Allowance'

const address = (number: number): Address => numberToHex(number, { size: 20 })
const [payer, uploader, stranger, unknown] = [1, 2, 3, 4].map(address) as [Address, Address, Address, Address]
const streamId: Hex = `0x${'51'.repeat(32)}`
const unpaid = { bytesPerSecond: 10, burstBytes: 100 }
const worthOf = (who: Address) => (who === payer ? 1_000 : who === unknown ? undefined : 0)

describe('Acknowledgements', () => {
  test('counts the statements of a payer about all uploaders together, up to the bytes that the payer has paid for', () => {
    const book = new Acknowledgements({ worthOf, unpaid: { bytesPerSecond: 0, burstBytes: 0 } })
    expect(book.add({ streamId, acknowledger: payer, uploader, bytes: 600n }, 0)).toBe(600)
    expect(book.add({ streamId, acknowledger: payer, uploader: stranger, bytes: 600n }, 0)).toBe(400)
    expect(book.add({ streamId, acknowledger: payer, uploader, bytes: 700n }, 0)).toBe(0)
  })

  test('counts only new bytes: nothing for a repeated or lower statement, or for a statement of a viewer about itself', () => {
    const book = new Acknowledgements({ worthOf, unpaid })
    const bytes = [500n, 500n, 400n, 510n]
    expect(bytes.map((bytes) => book.add({ streamId, acknowledger: payer, uploader, bytes }, 0))).toEqual([
      500, 0, 0, 10,
    ])
    expect(book.add({ streamId, acknowledger: payer, uploader: payer, bytes: 500n }, 0)).toBe(0)
  })

  test('counts nothing from a viewer that we do not know', () => {
    const book = new Acknowledgements({ worthOf, unpaid })
    expect(book.isNews({ streamId, acknowledger: unknown, uploader, bytes: 5n })).toBe(false)
    expect(book.add({ streamId, acknowledger: unknown, uploader, bytes: 5n }, 0)).toBe(0)
  })

  test('has one limit that all viewers without payments share', () => {
    const book = new Acknowledgements({ worthOf, unpaid })
    const counted = (nowMs: number) =>
      Array.from({ length: 1_000 }, (_, index) => {
        const acknowledgement = { streamId, acknowledger: address(10 + index), uploader, bytes: 50n + BigInt(nowMs) }
        return book.add(acknowledgement, nowMs)
      }).reduce((sum, bytes) => sum + bytes, 0)
    expect([counted(0), counted(1_000), counted(9_000)]).toEqual([100, 10, 80])
  })

  test('remembers a limited number of viewers, and forgets viewers that have left and have not paid', () => {
    const book = new Acknowledgements({ worthOf, unpaid, maxAcknowledgers: 2 })
    const add = (acknowledger: Address) => book.add({ streamId, acknowledger, uploader, bytes: 10n }, 0)
    expect([add(payer), add(stranger), add(address(9))]).toEqual([10, 10, 0])
    book.forget(stranger)
    book.forget(payer)
    expect([add(address(9)), add(payer)]).toEqual([10, 0])
  })
})

describe('with 1,000 identities of an attacker that acknowledge each other', () => {
  const second = {
    each: { bytesPerSecond: 500_000, burstBytes: 2_000_000 },
    others: { bytesPerSecond: 1e6, burstBytes: 1e7 },
  }
  const contributors = { bytesPerSecond: 2_000_000, burstBytes: 1e7 }
  const [viewers, seconds, videoBytes] = [3, 300, 400_000]

  test('an uploader gets all the free bytes that it needs, if paying viewers acknowledge its uploads', () => {
    const paid = new Map<Address, number>()
    const isKnown = (who: Address) => BigInt(who) < 10_000n
    const book = new Acknowledgements({
      worthOf: (who) => (isKnown(who) ? (paid.get(who) ?? 0) : undefined),
      unpaid: { bytesPerSecond: 100_000, burstBytes: 1_000_000 },
    })
    const allowance = new Allowance({ ...second, contributors })
    const honest = address(9)
    const sybils = Array.from({ length: 1_000 }, (_, index) => address(1_000 + index))
    let [missing, stolen] = [0, 0]
    for (let now = 1; now <= seconds; now++) {
      // The attacker comes first in each second.
      for (const [index, sybil] of sybils.entries()) {
        const acknowledger = sybils[(index + 1) % sybils.length] as Address
        const credited = book.add(
          { streamId, acknowledger, uploader: sybil, bytes: BigInt(now) * 1_000_000_000n },
          now * 1_000,
        )
        allowance.contribute(sybil, credited)
        stolen += allowance.take(sybil, 1e9, now * 1_000)
      }
      // Three viewers pay for half of their video, and get the other half from the honest uploader.
      for (let viewer = 1; viewer <= viewers; viewer++) {
        paid.set(address(viewer), (now * videoBytes) / 2)
        const acknowledgement = {
          ...{ streamId, acknowledger: address(viewer), uploader: honest },
          bytes: BigInt(now * videoBytes) / 2n,
        }
        allowance.contribute(honest, book.add(acknowledgement, now * 1_000))
      }
      missing += videoBytes - allowance.take(honest, videoBytes, now * 1_000)
    }
    expect(missing).toBe(0)
    // The attacker gets at most the second pool, the bytes that contributors do not take, and the bytes that `unpaid` allows.
    expect(stolen).toBeLessThanOrEqual((1e6 + 2e6 - videoBytes) * seconds + 2e7)
  })

  test('an uploader without acknowledgements gets nothing if the attacker takes the whole second pool', () => {
    const allowance = new Allowance({ ...second, contributors })
    for (let sybil = 0; sybil < 1_000; sybil++) allowance.take(`${sybil}`, 1e9, 0)
    expect(allowance.take('honest', videoBytes, 0)).toBe(0)
  })
})
