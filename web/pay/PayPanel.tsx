import type { PublicClient } from 'viem'
import { usePublicClient } from 'wagmi'
import { ReviewStep } from '../act/ReviewStep'
import type { PaymentControl } from '../payments/ViewerPayments'
import { Button } from '../ui/Button'
import { DialogWindow } from '../ui/DialogWindow'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { AccountButton } from '../wallet/AccountButton'
import { amountOf } from '../wallet/amount'
import { WalletProvider } from '../wallet/WalletProvider'
import { TopUpForm } from './TopUpForm'
import { usePayPanel } from './usePayPanel'
import { WithdrawalRow } from './WithdrawalRow'

export type PayPanelProps = { payments: PaymentControl }

/** The wallet, the deposit and its withdrawal. The default export is for React.lazy, because the wallet is a large download. */
export default function PayPanel({ payments }: PayPanelProps) {
  return (
    <WalletProvider>
      <Panel payments={payments} />
    </WalletProvider>
  )
}

function Panel({ payments }: PayPanelProps) {
  // The client is never undefined, because wagmi is configured for one chain.
  const panel = usePayPanel(payments, usePublicClient() as PublicClient)
  const { wallet, account, readProblem, flow, withdrawal, isPaying, mayPay, suggestedWei, onTopUp, onPay, onStop } =
    panel
  if (!wallet.address)
    return (
      <div data-testid="pay-panel" data-wallet="missing" className="space-y-3">
        <p className="max-w-prose text-pretty text-[13px] text-ink-soft leading-relaxed">
          To pay, you need a wallet with some ether in this browser. You confirm one transaction. After that, this
          browser pays by itself, up to the amount that you put in.
        </p>
        <AccountButton />
      </div>
    )
  const deposit = account && amountOf(account.deposit)
  return (
    <div
      data-testid="pay-panel"
      data-wallet="connected"
      data-deposit-wei={account && String(account.deposit)}
      className="space-y-5 border-line border-t pt-5"
    >
      <div className="flex items-start justify-between gap-4">
        <dl>
          {deposit && (
            <Stat name="Your deposit" unit={deposit.unit}>
              {deposit.value}
            </Stat>
          )}
        </dl>
        <AccountButton />
      </div>
      {(readProblem ?? wallet.problem) && (
        <Notice problem={(readProblem ?? wallet.problem) as NonNullable<typeof readProblem>} />
      )}
      {account && (
        <>
          {mayPay && (
            <Button className="w-full sm:w-auto" onClick={onPay}>
              Pay from this deposit
            </Button>
          )}
          <TopUpForm
            suggestedWei={suggestedWei}
            depositWei={account.deposit - account.withdrawal}
            balanceWei={wallet.balanceWei}
            onAmount={onTopUp}
          />
          <WithdrawalRow account={account} control={withdrawal} />
          {isPaying && (
            <Button look="outline" className="w-full sm:w-auto" onClick={onStop}>
              Stop paying
            </Button>
          )}
        </>
      )}
      <DialogWindow
        title={flow.review?.title ?? ''}
        isOpen={flow.intent !== undefined}
        isBusy={flow.isBusy}
        onClose={flow.onClose}
      >
        {flow.review && <ReviewStep flow={flow} review={flow.review} />}
      </DialogWindow>
    </div>
  )
}
