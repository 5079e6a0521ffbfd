import { describe, expect, it } from 'vitest'
import type { Challenge } from './Challenge'
import { Queue } from './Queue'

const challenge = (digit: string, deadline: bigint): Challenge => {
  const hash = `0x${digit.repeat(64)}` as const
  const address = `0x${digit.repeat(40)}` as const
  return {
    ...{ claimId: hash, jobId: hash, transcoder: address, sequenceNumber: 0n },
    ...{ durationMs: 2_000, dataHash: hash, outputs: [], deadline },
  }
}
const [late, soon, sooner] = [challenge('1', 90n), challenge('2', 50n), challenge('3', 40n)]

const queueOf = (...challenges: Challenge[]) => {
  const queue = new Queue({ maxLength: 3 })
  for (const challenge of challenges) queue.add(challenge)
  return queue
}

describe('Queue', () => {
  it('returns the most urgent challenge for which `isFree` is true, and keeps the challenge until it is removed', () => {
    const queue = queueOf(late, soon, sooner)
    expect(queue.next(10n)).toBe(sooner)
    expect(queue.next(10n)).toBe(sooner)
    expect(queue.next(10n, ({ transcoder }) => transcoder !== sooner.transcoder)).toBe(soon)
    queue.remove(sooner)
    expect(queue.challenges).toEqual([soon, late])
  })

  it('skips a deferred challenge until the block to which it is deferred', () => {
    const queue = queueOf(soon)
    queue.defer(soon, 20n)
    expect(queue.next(19n)).toBeUndefined()
    expect(queue.next(20n)).toBe(soon)
  })

  it('adds no challenge twice, and `isFull` tells when the queue is full', () => {
    const queue = queueOf(late, soon)
    queue.defer(soon, 20n)
    queue.add({ ...soon })
    expect(queue.next(10n)).toBe(late)
    expect(queue.isFull).toBe(false)
    queue.add(sooner)
    expect(queue.isFull).toBe(true)
  })

  it('distinguishes two segments of one claim, and the same sequence number in two claims', () => {
    const second = { ...soon, sequenceNumber: 1n }
    const ofOtherClaim = { ...late, sequenceNumber: 1n }
    const queue = queueOf(soon, second, ofOtherClaim)
    queue.remove(second)
    expect(queue.challenges).toEqual([soon, ofOtherClaim])
  })

  it('removes a challenge in the first block in which a verdict is too late', () => {
    const queue = queueOf(late, soon)
    expect(queue.removeExpired(49n)).toEqual([])
    expect(queue.removeExpired(50n)).toEqual([soon])
    expect(queue.challenges).toEqual([late])
  })
})
