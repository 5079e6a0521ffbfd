import { Button } from '../ui/Button'
import { Notice } from '../ui/Notice'
import type { Wallet } from '../wallet/Wallet'
import { BroadcastBadge } from './BroadcastBadge'
import type { BroadcastState } from './BroadcastState'
import type { CoverChoice } from './cover/useCover'
import { DepositCard } from './DepositCard'
import type { EarlyLinkControl } from './early/useEarlyLink'
import { FailedCard } from './FailedCard'
import { GoLiveCard } from './GoLiveCard'
import { HealthCard } from './HealthCard'
import { HistoryCard } from './HistoryCard'
import { IncomeCard } from './IncomeCard'
import type { ListingChoice } from './ListingSwitch'
import { LiveCard } from './LiveCard'
import type { PastBroadcast } from './PastBroadcast'
import { Preview } from './Preview'
import type { Quality } from './Quality'
import { LocalRecordingsCard } from './recording/LocalRecordingsCard'
import type { LocalRecordings } from './recording/useLocalRecordings'
import { ElsewhereCard } from './resume/ElsewhereCard'
import type { Found } from './resume/findStored'
import { ResumeCard } from './resume/ResumeCard'
import type { Resume } from './resume/useResume'
import { SettlementCard } from './SettlementCard'
import { ShareCard } from './ShareCard'
import { SoundSwitches } from './SoundSwitches'
import type { Source } from './Source'
import { SourcePicker } from './SourcePicker'
import { StartingCard } from './StartingCard'
import type { DepositControl } from './useDeposit'
import type { IncomeControl } from './useIncome'
import type { JobActions } from './useJobActions'
import type { RecordingChoice } from './useRecordingChoice'
import type { SaleChoice } from './useSaleChoice'
import type { TopUp } from './useTopUp'

export type BroadcastViewProps = {
  state: BroadcastState
  source: Source
  quality: Quality
  recording: RecordingChoice
  cover: CoverChoice
  early: EarlyLinkControl
  listing: ListingChoice
  local: LocalRecordings
  sale: SaleChoice
  wallet: Wallet
  /** The wallet's broadcasts in this browser, newest first, without the live broadcast. */
  history: readonly PastBroadcast[]
  /** A broadcast that is live in another tab, or that was interrupted. */
  found: Found
  resume: Resume
  jobActions: JobActions
  deposit: DepositControl
  topUp: TopUp
  income: IncomeControl
  /** The page is reading prices from the chain. */
  isReadingPrices: boolean
  /**
   * Called only if the page has a picture, a price and a connected wallet. If the page knows the balance of the wallet, the balance is
   * enough for the deposit.
   */
  onGoLive(): void
  /** Called when the broadcaster does not want to wait for the start any more. */
  onCancel(): void
  /** Called after the broadcaster has confirmed the stop. */
  onStop(): void
  /** Changes the state from `failed`, `settling` or `settled` to `idle`. */
  onReset(): void
}

export function BroadcastView(props: BroadcastViewProps) {
  const { state, source } = props
  const problem = source.problem ?? (state.name === 'live' ? state.loss : undefined)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:gap-6">
      <h1 className="sr-only">Broadcast</h1>
      <div className="space-y-4">
        <Preview source={source} badge={<BroadcastBadge state={state} />} />
        {canChangeSource(state) && <SourcePicker source={source} />}
        {canChangeSource(state) && <SoundSwitches source={source} />}
        {problem && (
          <Notice
            problem={problem}
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
        <LocalRecordingsCard local={props.local} />
        <MoneyCards {...props} />
      </div>
    </div>
  )
}

/** In these states, the person cannot choose another camera or screen. */
const canChangeSource = ({ name }: BroadcastState) => !['starting', 'settling', 'elsewhere'].includes(name)

/** The income, the deposit and the past broadcasts. Hidden while a stream starts or is live. */
function MoneyCards({ state, history, found, jobActions, deposit, income }: BroadcastViewProps) {
  if (state.name === 'starting' || state.name === 'live') return null
  const isShown = state.name === 'settling' || state.name === 'settled'
  const current = isShown ? state.figures.jobId : undefined
  return (
    <>
      <IncomeCard control={income} />
      <DepositCard control={deposit} hasUnpaidWork={history.some(({ isSettled }) => !isSettled)} />
      <HistoryCard
        history={history.filter(({ broadcast }) => broadcast.jobId !== current)}
        found={found}
        jobActions={jobActions}
      />
    </>
  )
}

function StateCards(props: BroadcastViewProps) {
  const { state, source, quality, recording, sale, wallet, deposit, topUp, isReadingPrices } = props
  const { onGoLive, onCancel, onStop, onReset } = props
  switch (state.name) {
    case 'idle':
      return (
        <GoLiveCard
          quality={quality}
          recording={recording}
          cover={props.cover}
          early={props.early}
          listing={props.listing}
          stream={source.stream}
          local={props.local}
          sale={sale}
          wallet={wallet}
          // No broadcast starts during a withdrawal: after the withdrawal, the deposit can be too small for the job. No broadcast starts
          // before the page knows whether an earlier one goes on.
          busy={deposit.isBusy || props.found.name === 'looking'}
          onGoLive={onGoLive}
        />
      )
    case 'elsewhere':
      return <ElsewhereCard />
    case 'interrupted':
      return <ResumeCard resume={props.resume} hasPicture={source.stream !== undefined} />
    case 'starting':
      return <StartingCard {...state} onCancel={onCancel} />
    case 'live':
      return (
        <>
          <LiveCard figures={state.figures} trouble={state.trouble} topUp={topUp} onStop={onStop} />
          <ShareCard link={state.figures.shareLink} listing={props.listing} />
          <HealthCard figures={state.figures} hasTrouble={state.trouble !== undefined} />
        </>
      )
    case 'settling':
    case 'settled':
      return (
        <SettlementCard
          figures={state.figures}
          isHandingOver={state.name === 'settling' && state.isHandingOver}
          reason={state.reason}
          past={props.history.find(({ broadcast }) => broadcast.jobId === state.figures.jobId)}
          jobActions={props.jobActions}
          onReset={onReset}
        />
      )
    case 'failed':
      return (
        <FailedCard
          problem={state.problem}
          past={props.history.find(({ broadcast }) => broadcast.jobId === state.jobId)}
          busy={isReadingPrices}
          onReset={onReset}
        />
      )
  }
}
