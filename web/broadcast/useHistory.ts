import { useSyncExternalStore } from 'react'
import { type Address, type Hex, isAddressEqual, type PublicClient } from 'viem'
import type { Broadcast } from './Broadcast'
import { readHistory, subscribeToHistory } from './history'
import { type PastBroadcast, pastBroadcastOf } from './PastBroadcast'
import { useSettlements } from './useSettlements'

/**
 * The broadcasts of a wallet with their settlements, newest first, without the live broadcast. Without a wallet, the broadcasts of all
 * wallets.
 */
export function useHistory({
  client,
  broadcaster,
  liveJobId,
}: {
  client: PublicClient
  broadcaster: Address | undefined
  liveJobId: Hex | undefined
}): readonly PastBroadcast[] {
  const broadcasts = useSyncExternalStore(subscribeToHistory, readHistory).filter(
    (broadcast) =>
      broadcast.chainId === client.chain?.id &&
      broadcast.jobId !== liveJobId &&
      (!broadcaster || isAddressEqual(broadcast.broadcaster, broadcaster)),
  )
  const { settlements, problems } = useSettlements(
    client,
    broadcasts.filter(isOpen).map(({ jobId }) => jobId),
  )
  return broadcasts.map((broadcast) => ({
    ...pastBroadcastOf(broadcast, settlements.get(broadcast.jobId)),
    problem: problems.get(broadcast.jobId),
  }))
}

const isOpen = ({ final, isReleased }: Broadcast) => !final || !isReleased
