import { describe, expect, it } from 'vitest'
import * as Broadcast from './Broadcast'

const broadcast: Broadcast.Broadcast = {
  jobId: `0x${'1'.repeat(64)}`,
  streamId: `0x${'2'.repeat(64)}`,
  chainId: 31337,
  broadcaster: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266',
  startedAtMs: 1_790_000_000_000,
  segments: 118,
  depositWei: 21_749_760_000_000_000n,
  networkWei: 5n,
  final: undefined,
  isReleased: false,
}
const settled = {
  ...broadcast,
  final: { segments: 118, durationMs: 236_000n, feesWei: 9n, refundedWei: 0n, fineWei: 0n },
}

describe('parse', () => {
  it('reads a stored broadcast with the exact amounts in wei', () => {
    expect(Broadcast.parse(Broadcast.stringify([settled, broadcast]))).toEqual([settled, broadcast])
  })

  it('reads no broadcasts from an empty storage', () => expect(Broadcast.parse(null)).toEqual([]))

  it('leaves out entries that are not broadcasts, and keeps the others', () => {
    const other = [
      { ...broadcast, jobId: '0x12' },
      { ...broadcast, segments: -1 },
      null,
      7,
      { ...broadcast, depositWei: 5 },
    ]
    const text = `[${other.map((value) => Broadcast.stringify([value as never]).slice(1, -1)).join()},${Broadcast.stringify([broadcast]).slice(1)}`
    expect(Broadcast.parse(text)).toEqual([broadcast])
    expect(Broadcast.parse('{"not": "a list"}')).toEqual([])
    expect(Broadcast.parse('no JSON')).toEqual([])
  })
})
