import type { PublicClient } from 'viem'
import { useWallet } from '../wallet/useWallet'
import type { ClaimViewProps } from './ClaimView'
import { useAddressForm } from './useAddressForm'
import { useAllocation } from './useAllocation'
import { useClaimFlow } from './useClaimFlow'
import { useClaiming } from './useClaiming'

/** The props of the page. The page shows the allocation of the address that the person has looked up, or else that of the wallet. */
export function useClaim(client: PublicClient): ClaimViewProps {
  const wallet = useWallet()
  const form = useAddressForm()
  const account = form.address ?? wallet.address
  const found = useAllocation(client, account)
  const { claiming, problem } = useClaiming(client, { account: wallet.address, index: found.allocation?.index })
  const flow = useClaimFlow(client, { wallet, claiming })
  return { wallet, form, account, found, claiming, flow, problem: wallet.problem ?? problem ?? found.problem }
}
