import { localChainId } from '@lp/contracts/script/deploy'
import { type Hex, numberToHex, type PublicClient } from 'viem'
import { describe, expect, it } from 'vitest'
import { readWaitlist } from './readWaitlist'

/** A waitlist of `places` places. A place is empty if `empty` is true for it. The call that begins at `refusedFrom` is refused. */
function waitlistOf(places: number, empty: (place: number) => boolean = () => false, refusedFrom?: bigint) {
  const calls: bigint[] = []
  const client = {
    readContract: async ({ args: [from, limit] }: { args: readonly [bigint, bigint] }) => {
      calls.push(from)
      if (from === refusedFrom) throw new Error('the call needs too much gas')
      const end = Math.min(places, Number(from + limit))
      const page = Array.from({ length: end - Number(from) }, (_, i) => Number(from) + i)
      return [page.filter((place) => !empty(place)).map((place) => ({ transcoder: addressOf(place) })), nextOf(end)]
    },
  }
  const nextOf = (end: number) => (end < places ? BigInt(end) : 0n)
  const read = (count: number) =>
    readWaitlist(client as unknown as PublicClient, { chainId: localChainId, blockNumber: 1n, count })
  return { calls, read }
}

const addressOf = (place: number): Hex => numberToHex(place + 1, { size: 20 })

describe('readWaitlist', () => {
  it('reads only the pages that it needs if 5,000 transcoders wait', async () => {
    const { calls, read } = waitlistOf(5_000)
    const { waiting, hasMore } = await read(25)
    expect(waiting.map(({ transcoder }) => transcoder)).toEqual(Array.from({ length: 25 }, (_, i) => addressOf(i)))
    expect(hasMore).toBe(true)
    expect(calls).toEqual([0n])
    expect((await read(150)).waiting).toHaveLength(150)
    expect(calls).toEqual([0n, 0n, 100n])
  })

  it('reads further pages if a page has only empty places', async () => {
    const { calls, read } = waitlistOf(450, (place) => place >= 10 && place < 410)
    const { waiting, hasMore } = await read(25)
    expect(waiting.map(({ transcoder }) => transcoder)).toEqual(
      Array.from({ length: 25 }, (_, i) => addressOf(i < 10 ? i : i + 400)),
    )
    expect(hasMore).toBe(true)
    expect(calls).toEqual([0n, 100n, 200n, 300n, 400n])
  })

  it('says that there are no more transcoders when it has read the last transcoder', async () => {
    expect((await waitlistOf(25).read(25)).hasMore).toBe(false)
    expect((await waitlistOf(26).read(25)).hasMore).toBe(true)
    expect(await waitlistOf(0).read(25)).toEqual({ waiting: [], hasMore: false, isCut: false })
    const { waiting, hasMore } = await waitlistOf(300, (place) => place > 24).read(25)
    expect([waiting.length, hasMore]).toEqual([25, false])
  })

  it('keeps the transcoders that it has read when a later call is refused', async () => {
    const { waiting, ...rest } = await waitlistOf(300, () => false, 100n).read(150)
    expect(waiting).toHaveLength(100)
    expect(rest).toEqual({ hasMore: false, isCut: true })
  })
})
