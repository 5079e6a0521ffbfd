import { expect, test } from 'vitest'
import { readVitals } from './readVitals'

test('a chain has stopped if no block has come for the longer of two times: a minute, and the usual time of 20 blocks', () => {
  const stoppedSeconds = (stoppedMs: number, secondsPerBlock: number | undefined) =>
    readVitals({
      ...{ balance: undefined, seat: undefined, claims: [], block: 12n, secondsPerBlock },
      ...{ chain: { silentMs: 0, stoppedMs, failing: undefined } },
      ...{ disk: { freeBytes: undefined, full: undefined }, payloads: { totalBytes: 0, maxBytes: 1 } },
      ...{ isOpen: true, isBehind: false, streams: 0 },
    }).chainStoppedSeconds
  expect([stoppedSeconds(59_999, 1), stoppedSeconds(60_000, 1)]).toEqual([undefined, 60])
  expect([stoppedSeconds(239_999, 12), stoppedSeconds(240_000, 12)]).toEqual([undefined, 240])
  expect([stoppedSeconds(239_999, undefined), stoppedSeconds(240_000, undefined)]).toEqual([undefined, 240])
})
