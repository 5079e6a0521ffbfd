import { Button } from '../ui/Button'
import { DialogWindow } from '../ui/DialogWindow'
import { Notice } from '../ui/Notice'
import { useWalletChoice } from './useWalletChoice'

/** Lists the wallets of this browser, and connects the page to the wallet that the person chooses. */
export function ConnectDialog({ onClose }: { onClose(): void }) {
  const { wallets, asked, problem, onChoose, onCancel } = useWalletChoice(onClose)
  return (
    <DialogWindow title="Connect a wallet" isOpen onClose={onCancel}>
      {wallets.length === 0 ? (
        <p className="text-pretty text-ink-soft text-sm">
          This browser has no wallet. Install a wallet as an extension of the browser, and reload the page.
        </p>
      ) : (
        <ul className="space-y-2">
          {wallets.map((wallet) => (
            <li key={wallet.uid}>
              <Button
                look="outline"
                className="w-full justify-start!"
                busy={asked === wallet}
                onClick={() => onChoose(wallet)}
              >
                {wallet.icon && <img src={wallet.icon} alt="" className="size-6 rounded-md" />}
                {wallet.id === 'injected' ? 'The wallet of this browser' : wallet.name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="mt-3 text-[13px] text-ink-soft">
        {asked ? `Confirm in ${asked.name}.` : ''}
      </p>
      {problem && <Notice problem={problem} />}
    </DialogWindow>
  )
}
