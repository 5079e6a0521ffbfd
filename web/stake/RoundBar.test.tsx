import { renderToStaticMarkup } from 'react-dom/server'
import { expect, it } from 'vitest'
import { RoundBar } from './RoundBar'
import type { TimedRound } from './TimedRound'

function textOf(change: Partial<TimedRound>): string {
  const round: TimedRound = {
    ...{ number: 7n, initialized: true, locked: false, startBlock: 100n, lockBlock: 127n, endBlock: 130n },
    ...{ initializedRounds: 3n, clock: { block: 112n, timeMs: Date.now(), blockTimeMs: 2_000 } },
    ...change,
  }
  return renderToStaticMarkup(<RoundBar round={round} onInitialize={() => undefined} />).replace(/<[^>]*>/g, ' ')
}

it('says when the lock of the rates begins', () => {
  expect(textOf({})).toMatch(/Rates are locked from .+ to the end/)
})

it('says that rates are locked in a round that is not initialized', () => {
  expect(textOf({ initialized: false })).toContain('Rates are locked until the round is initialized')
})

it('says nothing about locked rates before the first initialized round, because rates are not locked then', () => {
  expect(textOf({ initialized: false, initializedRounds: 0n })).not.toContain('locked')
})
