import type { Status } from '../gateway/Status'
import { type RoundRunner, stateOf } from '../rounds/RoundRunner'

/** What the rounds of this relay look like from outside. */
export function roundStatus({ round, seat }: RoundRunner): Pick<Status, 'round' | 'seat'> {
  if (!round || !seat) return { round: undefined, seat: undefined }
  const { available, reward, missedRewards, work, verifications, pricePerUnit, blockRewardCut, feeShare } = seat
  return {
    round,
    seat: {
      ...{ state: stateOf(seat), available, reward, missedRewards, work, verifications },
      stake: { own: seat.ownStake, delegated: seat.delegatedStake },
      terms: { pricePerUnit, blockRewardCut, feeShare },
    },
  }
}
