import { toHex, zeroAddress } from 'viem'
import { describe, expect, it } from 'vitest'
import { feesOf, type HistoryEvent, historyOf, rewardCalls } from './History'

const transcoder = toHex(1, { size: 20 })
type Placeless<One> = One extends unknown ? Omit<One, 'block' | 'logIndex'> : never
type Event = Placeless<HistoryEvent>

/** Events in their order, one in each block. */
const inOrder = (...events: Event[]) =>
  events.map((event, block) => ({ ...event, block: BigInt(block), logIndex: 0 }) as HistoryEvent)
const opened = (round: bigint, guest: `0x${string}` = zeroAddress): Event => ({ name: 'PoolLocked', round, guest })
const reward = (round: bigint, amount = 10n): Event => ({ name: 'Reward', round, amount, cut: amount / 10n })
const rewardsOf = (events: HistoryEvent[], isSeated: boolean, round: bigint) =>
  historyOf(events, { transcoder, isSeated, round }).rounds.map((one) => [Number(one.round), one.reward])

describe('historyOf', () => {
  it('shows for each round whether the transcoder called `reward`, and what it earned', () => {
    const events = inOrder(
      ...[opened(1n), reward(1n), opened(2n), opened(3n), reward(3n, 0n), opened(4n)],
      { name: 'FeesShared', round: 4n, amount: 100n, shared: 25n },
      { name: 'FeesShared', round: 4n, amount: 60n, shared: 15n },
    )
    const history = historyOf(events.reverse(), { transcoder, isSeated: true, round: 4n })
    const none = { amount: 0n, cut: 0n, feesWei: 0n, sharedWei: 0n }
    expect(history.rounds).toEqual([
      { ...none, round: 4n, reward: 'due', feesWei: 160n, sharedWei: 40n },
      { ...none, round: 3n, reward: 'called' },
      { ...none, round: 2n, reward: 'missed' },
      { ...none, round: 1n, reward: 'called', amount: 10n, cut: 1n },
    ])
    expect(rewardCalls(history)).toEqual({ called: 2, due: 3 })
    expect(feesOf(history)).toBe(160n)
  })

  it('expects no reward in a round that began while the transcoder had no seat', () => {
    const seated = inOrder(opened(1n), { name: 'TranscoderSeated' }, opened(2n), opened(3n))
    expect(rewardsOf(seated, true, 4n)).toEqual([
      [3, 'missed'],
      [2, 'missed'],
    ])
    const evicted = inOrder(opened(1n), { name: 'TranscoderEvicted' }, opened(2n), opened(3n, transcoder))
    expect(rewardsOf(evicted, false, 4n)).toEqual([
      [3, 'missed'],
      [1, 'missed'],
    ])
    // Before an account resigned, it can have waited for a seat.
    const resigned = inOrder(opened(1n), { name: 'TranscoderResigned' }, opened(2n))
    expect(rewardsOf(resigned, false, 3n)).toEqual([])
  })

  it('gives the changes of the rates, newest first', () => {
    const change = (blockRewardCut: bigint): Event => ({
      ...{ name: 'TranscoderUpdate', pricePerUnit: 100n, blockRewardCut, feeShare: 1n },
    })
    const { rates } = historyOf(inOrder(change(1n), opened(1n), change(2n)), { transcoder, isSeated: true, round: 1n })
    expect(rates.map(({ block, blockRewardCut }) => [block, blockRewardCut])).toEqual([
      [2n, 2n],
      [0n, 1n],
    ])
  })
})
