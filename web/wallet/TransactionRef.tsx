import ExternalLink from 'lucide-react/icons/external-link'
import type { Hex } from 'viem'
import { useConfig } from '../config/useConfig'
import { CopyText } from '../ui/CopyText'
import { shortAddress } from './shortAddress'

/** The hash of a transaction. A click copies it. If the chain has an explorer, a link opens the explorer's page of the transaction. */
export function TransactionRef({ hash }: { hash: Hex }) {
  const { explorerUrl } = useConfig()
  return (
    <span className="inline-flex items-center gap-1 text-ink-soft">
      <CopyText label="transaction hash" text={hash} short={shortAddress(hash)} />
      {explorerUrl && (
        <a
          href={`${explorerUrl.replace(/\/+$/, '')}/tx/${hash}`}
          target="_blank"
          rel="noreferrer"
          aria-label="Show the transaction in the explorer"
          className="rounded-md p-1 hover:bg-inset"
        >
          <ExternalLink className="size-3.5" aria-hidden="true" />
        </a>
      )}
    </span>
  )
}
