import type { Address } from 'viem'
import { ReadingChain } from '../chain/ReadingChain'
import { Notice } from '../ui/Notice'
import type { Problem } from '../ui/Problem'
import type { Wallet } from '../wallet/Wallet'
import { AddressCard } from './AddressCard'
import { AllocationCard } from './AllocationCard'
import { ClaimDialog } from './ClaimDialog'
import type { Claiming } from './Claiming'
import { ReturnCard } from './ReturnCard'
import type { AddressForm } from './useAddressForm'
import type { FoundAllocation } from './useAllocation'
import type { ClaimFlow } from './useClaimFlow'

export type ClaimViewProps = {
  wallet: Wallet
  form: AddressForm
  /** The account whose allocation the page shows. */
  account: Address | undefined
  found: FoundAllocation
  /** Undefined until the chain has answered. */
  claiming: Claiming | undefined
  flow: ClaimFlow
  problem: Problem | undefined
}

export function ClaimView({ wallet, form, account, found, claiming, flow, problem }: ClaimViewProps) {
  return (
    <div className="mx-auto grid w-full max-w-2xl grow content-start gap-5">
      <div>
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Claim</h1>
        <p className="mt-2 text-pretty text-ink-soft leading-relaxed">
          At the start of this network, a part of all LPT was set aside for a list of addresses. Look up an address to
          see its part. To claim it costs only the network fee. Any account can pay this fee, and the LPT goes only to
          the address in the list.
        </p>
      </div>
      {problem && <Notice problem={problem} />}
      {claiming ? (
        <>
          <AddressCard {...{ wallet, form, claiming }} />
          {account && <AllocationCard {...{ wallet, account, found, claiming }} onAsk={flow.onAsk} />}
          <ReturnCard claiming={claiming} onAsk={flow.onAsk} />
          <ClaimDialog flow={flow} />
        </>
      ) : (
        !problem && <ReadingChain />
      )}
    </div>
  )
}
