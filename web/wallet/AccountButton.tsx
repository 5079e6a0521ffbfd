import { useState } from 'react'
import { Button } from '../ui/Button'
import { AccountDialog } from './AccountDialog'
import { formatAmount } from './amount'
import { ConnectDialog } from './ConnectDialog'
import { shortAddress } from './shortAddress'
import { useConnectDialog } from './useConnectDialog'
import { useWallet } from './useWallet'

/** Shows the account, or a button that connects a wallet. Also shows the dialogs of the wallet, so each page with a wallet has this button. */
export function AccountButton() {
  const { status, address, balanceWei, isTestWallet, onConnect } = useWallet()
  const [isAccountOpen, setIsAccountOpen] = useState(false)
  const connecting = useConnectDialog()
  const account = status === 'connected' ? address : undefined
  const balance = balanceWei === undefined ? undefined : formatAmount(balanceWei)
  const shown = [isTestWallet && 'Test', balance, account && shortAddress(account)].filter(Boolean).join(' ')
  return (
    <>
      {account ? (
        <Button
          size="small"
          look="quiet"
          onClick={() => setIsAccountOpen(true)}
          aria-label={`${shown}, wallet`}
          title={account}
        >
          {isTestWallet && <span className="rounded-full bg-warn-soft px-2 py-0.5 text-warn text-xs">Test</span>}{' '}
          {balance && <span className="tabular-nums">{balance}</span>}{' '}
          <span className="hidden font-mono text-ink-soft md:inline">{shortAddress(account)}</span>
        </Button>
      ) : (
        <Button size="small" look="outline" busy={status === 'connecting'} onClick={onConnect}>
          Connect
        </Button>
      )}
      {account && isAccountOpen && (
        <AccountDialog address={account} balance={balance} onClose={() => setIsAccountOpen(false)} />
      )}
      {connecting.isOpen && <ConnectDialog onClose={connecting.close} />}
    </>
  )
}
