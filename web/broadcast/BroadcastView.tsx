import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import type { Wallet } from '../wallet/Wallet'
import { BroadcastBadge } from './BroadcastBadge'
import type { BroadcastState } from './BroadcastState'
import { FailedCard } from './FailedCard'
import { GoLiveCard } from './GoLiveCard'
import { LiveCard } from './LiveCard'
import { Preview } from './Preview'
import type { Quality } from './Quality'
import { SettledCard } from './SettledCard'
import { ShareCard } from './ShareCard'
import type { Source } from './Source'
import { SourcePicker } from './SourcePicker'
import { StartingCard } from './StartingCard'

export type BroadcastViewProps = {
  state: BroadcastState
  source: Source
  quality: Quality
  wallet: Wallet
  /** The chain is being asked who would work, and for how much. */
  isAsking: boolean
  /** Only called with a picture, a price, and a connected wallet that can pay the deposit. */
  onGoLive(): void
  /** Called after the broadcaster has confirmed it. */
  onStop(): void
  /** Back to `idle`, from `failed` or `settled`. */
  onReset(): void
}

export function BroadcastView(props: BroadcastViewProps) {
  const { state, source } = props
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:gap-6">
      <h1 className="sr-only">Broadcast</h1>
      <div className="space-y-4">
        <Preview source={source} badge={<BroadcastBadge state={state} />} />
        {isOff(state) && <SourcePicker source={source} />}
        {source.problem && (
          <Notice
            problem={source.problem}
            action={
              <Button size="small" look="outline" onClick={source.onOpen}>
                Try again
              </Button>
            }
          />
        )}
      </div>
      <div className="space-y-5">
        <StateCards {...props} />
      </div>
    </div>
  )
}

// A stream keeps its source while it lasts; the switches on the preview go on working.
const isOff = ({ name }: BroadcastState) => name === 'idle' || name === 'settled' || name === 'failed'

function StateCards({ state, source, quality, wallet, isAsking, onGoLive, onStop, onReset }: BroadcastViewProps) {
  switch (state.name) {
    case 'idle':
      return (
        <GoLiveCard quality={quality} wallet={wallet} hasPicture={source.stream !== undefined} onGoLive={onGoLive} />
      )
    case 'starting':
      return <StartingCard step={state.step} />
    case 'live':
      return (
        <>
          <LiveCard figures={state.figures} trouble={state.trouble} onStop={onStop} />
          <ShareCard link={state.figures.shareLink} />
        </>
      )
    case 'settling':
    case 'settled':
      return <SettledCard figures={state.figures} settling={state.name === 'settling'} onReset={onReset} />
    case 'failed':
      return <FailedCard problem={state.problem} busy={isAsking} onReset={onReset} />
  }
}
