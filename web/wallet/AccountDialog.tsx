import type { Address } from 'viem'
import { useDisconnect } from 'wagmi'
import { Button } from '../ui/Button'
import { CopyText } from '../ui/CopyText'
import { DialogWindow } from '../ui/DialogWindow'
import { Stat } from '../ui/Stat'
import { shortAddress } from './shortAddress'

export type AccountDialogProps = { address: Address; balance: string | undefined; onClose(): void }

/** The account of the connected wallet, and the button that disconnects the wallet. */
export function AccountDialog({ address, balance, onClose }: AccountDialogProps) {
  const { disconnect } = useDisconnect()
  const onDisconnect = () => {
    disconnect()
    onClose()
  }
  return (
    <DialogWindow title="Your wallet" isOpen onClose={onClose}>
      <dl className="grid gap-4">
        <Stat name="Account">
          <CopyText label="account address" text={address} short={shortAddress(address)} />
        </Stat>
        {balance && <Stat name="Balance">{balance}</Stat>}
      </dl>
      <Button look="outline" className="mt-6 w-full" onClick={onDisconnect}>
        Disconnect
      </Button>
    </DialogWindow>
  )
}
