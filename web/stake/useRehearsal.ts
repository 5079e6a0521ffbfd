import { contractsOn } from '@lp/contracts/deployments'
import { useQuery } from '@tanstack/react-query'
import type { Address, PublicClient } from 'viem'
import type { Problem } from '../ui/Problem'
import { revertNameOf } from '../wallet/problemOf'
import { callOf, type Intent } from './Intent'
import type { Round } from './Round'
import { refusalOf } from './refusals'

/** Asks the chain whether it would do it, before the wallet is asked. `isReady` once it would. */
export function useRehearsal(
  client: PublicClient,
  { account, intent, round }: { account: Address | undefined; intent: Intent | undefined; round: Round | undefined },
): { isReady: boolean; problem: Problem | undefined } {
  const call = intent && callOf(intent, contractsOn(client.chain?.id as number))
  const { data, error } = useQuery({
    queryKey: ['rehearsal', account, call?.functionName, call?.args.map(String), String(round?.clock.block)],
    enabled: call !== undefined && account !== undefined,
    queryFn: () =>
      client.simulateContract({ ...(call as NonNullable<typeof call>), account: account as Address }).then(
        () => true,
        (cause: unknown) => {
          // The leave to take the token is asked for with the amount, and is the last thing that the contract looks at.
          if (revertNameOf(cause) === 'ERC20InsufficientAllowance') return true
          throw cause
        },
      ),
    placeholderData: (former) => former,
    retry: false,
    gcTime: 0,
  })
  return { isReady: data === true && !error, problem: error && round ? refusalOf(error, round) : undefined }
}
