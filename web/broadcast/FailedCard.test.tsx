// @vitest-environment happy-dom
import type { Settlement } from 'lp-relay'
import { renderToString } from 'react-dom/server'
import { type Hex, numberToHex, zeroAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Broadcast } from './Broadcast'
import { FailedCard } from './FailedCard'
import { pastBroadcastOf } from './PastBroadcast'
import { problemFor, UnansweredError } from './startProblems'

const jobId: Hex = numberToHex(1, { size: 32 })
const broadcast: Broadcast = {
  ...{ jobId, streamId: jobId, chainId: 31337, broadcaster: zeroAddress, startedAtMs: 0, segments: 0 },
  ...{ depositWei: 5n * 10n ** 17n, networkWei: 2n * 10n ** 15n, final: undefined, isReleased: false },
}
/** The settlement at a block. The job ends at block 500, and its claim deadline is block 560. */
const at = (block: bigint, reserveWei = 3n * 10n ** 16n): Settlement.Settlement => ({
  job: {
    ...{ jobId, broadcaster: zeroAddress, pricePerUnit: 1n, unitsPerSecond: 1n, reserveWei },
    ...{ jobBlock: 1n, endBlock: 500n, claimDeadline: 560n },
  },
  clock: { block, timeMs: Date.now(), blockTimeMs: 0 },
  ...{ ended: undefined, claims: [] },
})

function textOf(settlement: Settlement.Settlement | undefined, change: Partial<Broadcast> = {}): string {
  const body = document.createElement('div')
  const problem = problemFor(new UnansweredError({ candidates: 3 }))
  const past = pastBroadcastOf({ ...broadcast, ...change }, settlement)
  body.innerHTML = renderToString(<FailedCard problem={problem} past={past} busy={false} onReset={() => {}} />)
  return body.textContent ?? ''
}

// A time on another day would have a date too.
beforeAll(() => void vi.setSystemTime(new Date(2026, 10, 1, 12)))
afterAll(() => void vi.useRealTimers())

describe('FailedCard', () => {
  it('for a stream that no transcoder took, shows the paid network fee, and the reserved amount with the time of its release', () => {
    const text = textOf(at(100n))
    expect(text).toContain(
      'None of the 3 drawn transcoders answers.You paid the network fee, and the deposit stays yours.',
    )
    expect(text).not.toContain('Nothing was')
    expect(text).toMatch(/Network fee, paid0.002ETHReserved for the job0.03ETHuntil \d\d:\d\d:\d\d at the latest/)
    expect(text).toContain('To get it back earlier, end the job under “Your broadcasts”.')
  })

  it('after the job is over, names the time of the release; after the claim deadline, names no amount', () => {
    expect(textOf(at(520n))).toMatch(/0.03ETHuntil \d\d:\d\d:\d\dThe reserved amount then returns to your deposit.Try/)
    for (const text of [textOf(at(560n)), textOf(at(520n, 0n))]) {
      expect(text).not.toContain('until')
      expect(text).toContain('The job reserves no part of your deposit any more.')
    }
  })

  it('while the chain has not answered, says that an amount is reserved, and that work is paid', () => {
    const text = textOf(undefined, { segments: 4 })
    expect(text).toContain('The job also reserves a part of your deposit until the job is over.')
    expect(text).toContain('The transcoder’s work is paid from the deposit.')
  })

  it('names no cost if no job was posted', () => {
    const problem = problemFor(new UnansweredError({ candidates: 1 }))
    const text = renderToString(<FailedCard problem={problem} past={undefined} busy={false} onReset={() => {}} />)
    expect(text).not.toContain('Network fee')
  })
})
