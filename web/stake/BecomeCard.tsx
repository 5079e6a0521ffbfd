import { Card } from '../ui/Card'
import { formatLpt } from '../wallet/amount'
import { CommandLine } from './CommandLine'
import { middlePrice, seatNeedOf, wholeLpt } from './Seat'
import type { Staking } from './Staking'

/** The default of `lp-relay --price`, in wei per unit. */
const usualPrice = 100n

/** How an operator becomes a transcoder: the stake that takes a seat now, and the commands. */
export function BecomeCard({ staking }: { staking: Staking }) {
  const { vacant, own, stake } = seatNeedOf(staking)
  const price = middlePrice(staking.transcoders) ?? usualPrice
  return (
    <Card heading="Become a transcoder" data-testid="become">
      <p className="max-w-[68ch] text-pretty text-ink-soft text-sm leading-relaxed">
        A transcoder needs a computer with ffmpeg that is always online, an https address, and {formatLpt(own)} of its
        own stake.{' '}
        {vacant > 0
          ? `${vacant === 1 ? '1 seat is' : `${vacant} seats are`} vacant, so this stake takes a seat now.`
          : `All seats are taken. To take a seat now, it needs more than ${formatLpt(stake - 1n)}, its own stake and the stake of its delegators together. With less, it waits for a seat.`}
      </p>
      <ol className="mt-4 grid grid-cols-1 gap-4 text-sm">
        <li>
          <p>
            Create an encrypted key. Choose a password. Send LPT and a little ether to the address that the command
            prints.
          </p>
          <CommandLine command="LP_PASSWORD=… npx lp-relay key" />
        </li>
        <li>
          <p>
            Start the relay. Put in the address of your RPC and the https address of your relay. The price is the middle
            price of the active transcoders.
          </p>
          <CommandLine
            command={`LP_PASSWORD=… npx lp-relay --rpc https://… --uri https://relay.example --stake ${wholeLpt(stake)} --price ${price}`}
          />
        </li>
        <li>
          <p>Look at its round, seat, claims and earnings.</p>
          <CommandLine command="npx lp-relay status" />
        </li>
        <li>
          <p>Before you stop the relay permanently, resign. Otherwise you lose stake.</p>
          <CommandLine command="LP_PASSWORD=… npx lp-relay resign" />
        </li>
      </ol>
    </Card>
  )
}
