import { isAddressEqual } from 'viem'
import { AddressRef } from '../chain/AddressRef'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Notice } from '../ui/Notice'
import { HistoryCards } from './HistoryCards'
import { RecordNotes } from './RecordNotes'
import { StakeButton } from './StakeButton'
import type { Staking } from './Staking'
import { StandingBadge } from './StandingBadge'
import type { Transcoder } from './Transcoder'
import { TranscoderFacts } from './TranscoderFacts'
import { TranscoderRecord } from './TranscoderRecord'
import { useHistory } from './useHistory'
import type { StakeFlow } from './useStakeFlow'
import { assumptionsOf } from './Yield'
import { YieldCard } from './YieldCard'

export type TranscoderDetailsProps = { transcoder: Transcoder; staking: Staking; flow: StakeFlow }

/** Everything that the chain says about a transcoder. */
export function TranscoderDetails({ transcoder, staking, flow }: TranscoderDetailsProps) {
  const { address } = transcoder
  const { history, delegators, problem } = useHistory(transcoder, staking.round)
  const { position } = staking
  const isMine = position?.delegate !== undefined && isAddressEqual(position.delegate, address)
  return (
    <>
      <Card
        aria-label="Transcoder"
        data-testid="transcoder"
        data-address={address}
        data-stake-wei={String(transcoder.stake)}
      >
        <div className="flex flex-wrap items-start justify-between gap-4">
          <div className="min-w-0">
            <div className="flex flex-wrap items-center gap-3">
              <StandingBadge standing={transcoder.standing} />
              <AddressRef label="transcoder address" address={address} />
            </div>
            <RecordNotes transcoder={transcoder} staking={staking} />
          </div>
          <div className="flex items-center gap-3">
            <StakeButton transcoder={transcoder} staking={staking} onAsk={flow.onAsk} />
            {isMine && (
              <Button size="small" onClick={() => flow.onAsk({ kind: 'draftBond', to: address })}>
                Add stake
              </Button>
            )}
          </div>
        </div>
        <TranscoderFacts {...{ transcoder, staking, history, delegators }} />
      </Card>
      {problem && <Notice problem={problem} />}
      <Card heading="Recent work">
        <TranscoderRecord transcoder={transcoder} staking={staking} />
      </Card>
      <YieldCard present={assumptionsOf(transcoder, { staking, history })} />
      <HistoryCards history={history} isUnread={problem !== undefined} staking={staking} />
    </>
  )
}
