import ArrowLeft from 'lucide-react/icons/arrow-left'
import { type Address, isAddressEqual } from 'viem'
import { Link } from 'wouter'
import { ReadingChain } from '../chain/ReadingChain'
import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import { shortAddress } from '../wallet/shortAddress'
import { StakeDialog } from './StakeDialog'
import type { StakeViewProps } from './StakeView'
import { TranscoderDetails } from './TranscoderDetails'

export type TranscoderViewProps = Omit<StakeViewProps, 'onShowMore' | 'testToken'> & { address: Address }

/** The page of a transcoder, or the reason why the page cannot show it. */
export function TranscoderView({ address, staking, flow, problem }: TranscoderViewProps) {
  const transcoder = staking?.transcoders.find((one) => isAddressEqual(one.address, address))
  return (
    <div className="grid grow content-start gap-5 lg:gap-6">
      <div>
        <Button asChild look="quiet" size="small" className="-ml-3">
          <Link href="/stake">
            <ArrowLeft className="size-4" aria-hidden="true" />
            All transcoders
          </Link>
        </Button>
        <h1 className="mt-1 font-semibold text-2xl tracking-tight sm:text-3xl">Transcoder {shortAddress(address)}</h1>
      </div>
      {problem && <Notice problem={problem} />}
      {!staking && !problem && <ReadingChain />}
      {staking && !transcoder && <Notice tone="info" problem={staking.unreadable.others > 0 ? unreadable : unknown} />}
      {staking && transcoder && <TranscoderDetails transcoder={transcoder} staking={staking} flow={flow} />}
      {staking && <StakeDialog flow={flow} staking={staking} />}
    </div>
  )
}

const unknown = {
  sentence: 'This account is not a transcoder now.',
  nextStep: 'It has never registered, or it has resigned. Choose another transcoder from the list.',
}

const unreadable = {
  sentence: 'This transcoder cannot be read now.',
  nextStep: 'The page tries again at the next block.',
}
