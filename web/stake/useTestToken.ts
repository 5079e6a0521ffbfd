import { contractsOn } from '@lp/contracts/deployments'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Address, Chain, PublicClient } from 'viem'
import { localChainId } from '../config/chain'
import type { Problem } from '../ui/Problem'
import { problemOf } from '../wallet/problemOf'

export type TestToken = { isBusy: boolean; problem: Problem | undefined; onGet(): void }

/** Gives test LPT on the local chain. Undefined on every other chain. */
export function useTestToken(client: PublicClient, account: Address | undefined): TestToken | undefined {
  const queryClient = useQueryClient()
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (to: Address) => {
      const { giveTestToken } = await import('../wallet/burner/giveTestToken')
      const token = contractsOn(localChainId).livepeerToken.address
      await giveTestToken({ chain: client.chain as Chain, token, to })
    },
    onSettled: () => queryClient.invalidateQueries(),
  })
  if (client.chain?.id !== localChainId || !account) return undefined
  return { isBusy: isPending, problem: error ? problemOf(error) : undefined, onGet: () => mutate(account) }
}
