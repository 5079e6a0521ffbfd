import { Settlement } from 'lp-relay'
import { Button } from '../ui/Button'
import { ConfirmDialog } from '../ui/ConfirmDialog'
import { Notice } from '../ui/Notice'
import { formatAmount } from '../wallet/amount'
import { BillDetails } from './BillDetails'
import type { PastBroadcast } from './PastBroadcast'
import { SettlementSteps } from './SettlementSteps'
import {
  brokenSource,
  brokenSourceConsequence,
  refundConsequence,
  refundReasons,
  settlementSteps,
} from './settlementSteps'
import type { JobActions } from './useJobActions'

export type SettlementBodyProps = { past: PastBroadcast; jobActions: JobActions }

/** The settlement of one broadcast: its steps, its problems, and the bill. */
export function SettlementBody({ past, jobActions }: SettlementBodyProps) {
  const { broadcast, settlement, bill, isSettled, problem } = past
  const claims = settlement?.claims ?? []
  const late = settlement ? Settlement.expired(settlement) : []
  return (
    <div className="space-y-4">
      {problem && !settlement && <Notice problem={problem} />}
      {claims.map(
        (progress) =>
          progress.outcome &&
          !progress.outcome.isPaid && (
            <Notice
              key={progress.claimId}
              problem={{
                sentence: refundReasons[progress.outcome.reason],
                nextStep: refundConsequence(progress),
              }}
            />
          ),
      )}
      {claims.map((progress) => {
        const consequence = brokenSourceConsequence(progress)
        return (
          consequence && (
            <Notice key={`${progress.claimId} source`} problem={{ sentence: brokenSource, nextStep: consequence }} />
          )
        )
      })}
      {late.map((progress) => (
        <Notice
          key={progress.claimId}
          problem={{
            sentence: progress.isExpelled ? refundReasons.Expelled : 'The work was not verified in time.',
            nextStep: `You do not have to pay for this work. You can return ${formatAmount(progress.feesWei + progress.fineWei)} to your deposit.`,
          }}
          action={
            <Button size="small" look="outline" busy={jobActions.isBusy} onClick={() => jobActions.onExpire(progress)}>
              Refund
            </Button>
          }
        />
      ))}
      {isSettled && bill && <BillDetails bill={bill} />}
      {(settlement || !bill) && <SettlementSteps steps={settlementSteps(settlement, broadcast.segments)} />}
      {settlement && !Settlement.isOver(settlement) && (
        <EndJob busy={jobActions.isBusy} onEnd={() => jobActions.onEnd(broadcast.jobId)} />
      )}
      {jobActions.problem && !isSettled && <Notice problem={jobActions.problem} />}
    </div>
  )
}

const EndJob = ({ busy, onEnd }: { busy: boolean; onEnd(): void }) => (
  <ConfirmDialog
    trigger={
      <Button size="small" look="outline" busy={busy}>
        End the job yourself
      </Button>
    }
    question="End the job on chain?"
    consequence="You need this only if the transcoder does not end the job. If the stream is live in another tab, it ends there too."
    confirmLabel="End the job"
    cancelLabel="Wait"
    onConfirm={onEnd}
  />
)
