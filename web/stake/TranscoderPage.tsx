import { type Address, getAddress, isAddress, type PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { Layout } from '../ui/Layout'
import type { Problem } from '../ui/Problem'
import { useTitle } from '../ui/useTitle'
import { AccountButton } from '../wallet/AccountButton'
import { shortAddress } from '../wallet/shortAddress'
import { WalletProvider } from '../wallet/WalletProvider'
import { TranscoderView } from './TranscoderView'
import { useStake } from './useStake'

/** The page of one transcoder. The default export is for React.lazy. Throws `NoAddressError` to the error boundary for an invalid address. */
export default function TranscoderPage({ address }: { address: string }) {
  if (!isAddress(address, { strict: false })) throw new NoAddressError()
  return (
    <WalletProvider>
      <Layout actions={<AccountButton />}>
        <OneTranscoder address={getAddress(address)} />
      </Layout>
    </WalletProvider>
  )
}

function OneTranscoder({ address }: { address: Address }) {
  useTitle(`Transcoder ${shortAddress(address)}`)
  // The client is never undefined, because wagmi is configured for one chain.
  return <TranscoderView address={address} {...useStake(usePublicClient() as PublicClient, address)} />
}

export class NoAddressError extends Error {
  override readonly name = 'NoAddressError'
  readonly problem: Problem = {
    sentence: 'This link names no account.',
    nextStep:
      'Check the link. The address of a transcoder has 0x and 40 more characters. “Stake” shows all transcoders.',
  }
  constructor() {
    super('The address of the page names no account.')
  }
}
