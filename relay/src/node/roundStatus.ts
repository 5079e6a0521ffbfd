import type { Status } from '../gateway/Status'
import { type RoundRunner, stateOf } from '../rounds/RoundRunner'

/** The round and the seat of this relay, as `/status` shows them. */
export function roundStatus({ round, seat }: RoundRunner): Pick<Status, 'round' | 'seat'> {
  if (!round || !seat) return { round: undefined, seat: undefined }
  const { available, reward, missedRewards, work, verifications, pricePerUnit, blockRewardCut, feeShare } = seat
  return {
    round,
    seat: {
      ...{ state: stateOf(seat), available, reward, missedRewards, work, verifications },
      stake: { own: seat.ownStake, delegated: seat.delegatedStake, missing: seat.missingSelfStake },
      terms: { pricePerUnit, blockRewardCut, feeShare },
    },
  }
}
