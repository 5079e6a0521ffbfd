import ExternalLink from 'lucide-react/icons/external-link'
import type { Address } from 'viem'
import { useConfig } from '../config/useConfig'
import { CopyText } from '../ui/CopyText'
import { shortAddress } from '../wallet/shortAddress'

/** An account's address. A click copies it. If the chain has an explorer, a link opens the explorer's page of the account. */
export function AddressRef({ label, address }: { label: string; address: Address }) {
  const { explorerUrl } = useConfig()
  return (
    <span className="inline-flex items-center gap-1">
      <CopyText label={label} text={address} short={shortAddress(address)} />
      {explorerUrl && (
        <a
          href={`${explorerUrl.replace(/\/+$/, '')}/address/${address}`}
          target="_blank"
          rel="noreferrer"
          aria-label={`Show ${label} in the explorer`}
          className="rounded-md p-1 text-ink-soft hover:bg-inset"
        >
          <ExternalLink className="size-3.5" aria-hidden="true" />
        </a>
      )}
    </span>
  )
}
