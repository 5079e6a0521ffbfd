import { useSyncExternalStore } from 'react'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import type { Broadcast } from './Broadcast'
import { readHistory, subscribeToHistory } from './history'
import { type Settling, settlingOf } from './Settling'
import { useSettlements } from './useSettlements'

/** The broadcasts of a wallet, newest first, each followed to its last wei; without the one that is on the air. */
export function useHistory({
  client,
  broadcaster,
  liveJobId,
}: {
  client: PublicClient
  broadcaster: Address | undefined
  liveJobId: Hex | undefined
}): readonly Settling[] {
  const broadcasts = useSyncExternalStore(subscribeToHistory, readHistory).filter(
    (broadcast) =>
      broadcast.chainId === client.chain?.id &&
      broadcast.jobId !== liveJobId &&
      (!broadcaster || isAddressEqual(broadcast.broadcaster, broadcaster)),
  )
  const settlements = useSettlements(
    client,
    broadcasts.filter(isOpen).map(({ jobId }) => jobId),
  )
  return broadcasts.map((broadcast) => settlingOf(broadcast, settlements.get(broadcast.jobId)))
}

const isOpen = ({ final, isReleased }: Broadcast) => !final || !isReleased
