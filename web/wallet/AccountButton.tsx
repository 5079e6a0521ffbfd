import { useAccountModal } from '@rainbow-me/rainbowkit'
import { Button } from '../ui/Button'
import { formatAmount } from './amount'
import { shortAddress } from './shortAddress'
import { useWallet } from './useWallet'

export function AccountButton() {
  const { status, address, balanceWei, isTestWallet, onConnect } = useWallet()
  const { openAccountModal } = useAccountModal()
  if (status !== 'connected' || !address) {
    return (
      <Button size="small" look="outline" busy={status === 'connecting'} onClick={onConnect}>
        Connect
      </Button>
    )
  }
  const balance = balanceWei === undefined ? undefined : formatAmount(balanceWei)
  const shown = [isTestWallet && 'Test', balance, shortAddress(address)].filter(Boolean).join(' ')
  return (
    <Button size="small" look="quiet" onClick={openAccountModal} aria-label={`${shown}, wallet`} title={address}>
      {isTestWallet && <span className="rounded-full bg-warn-soft px-2 py-0.5 text-warn text-xs">Test</span>}{' '}
      {balance && <span className="tabular-nums">{balance}</span>}{' '}
      <span className="hidden font-mono text-ink-soft sm:inline">{shortAddress(address)}</span>
    </Button>
  )
}
