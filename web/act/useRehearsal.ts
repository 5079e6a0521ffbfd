import { useQuery } from '@tanstack/react-query'
import type { Address } from 'viem'
import { useConfig as useWagmiConfig } from 'wagmi'
import type { Action } from './Action'
import { type Rehearsal, rehearse } from './perform'

/**
 * Simulates the action that a person reviews, once for each block. `rehearsal` is defined if the transaction would
 * succeed. `error` is defined if the simulation has failed.
 */
export function useRehearsal({
  account,
  action,
  block,
}: {
  account: Address | undefined
  action: Action | undefined
  /** The block at which the page has read its numbers. */
  block: bigint | undefined
}): { rehearsal: Rehearsal | undefined; error: unknown } {
  const wagmiConfig = useWagmiConfig()
  const { call } = action ?? {}
  const id = call && [account, call.address, call.functionName, ...call.args.map(String), String(call.value)].join()
  const { data, error } = useQuery({
    queryKey: ['rehearsal', id, String(block)],
    enabled: action !== undefined && account !== undefined,
    queryFn: async () => ({ id, rehearsal: await rehearse(wagmiConfig, action as Action, account as Address) }),
    placeholderData: (former) => former,
    retry: false,
    gcTime: 0,
  })
  // The result for the last block stays until the result for the new block comes. The result for a different action is never used.
  return { rehearsal: data?.id === id && !error ? data?.rehearsal : undefined, error }
}
