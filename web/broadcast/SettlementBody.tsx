import { Settlement } from 'lp-relay'
import { Button } from '../ui/Button'
import { ConfirmDialog } from '../ui/ConfirmDialog'
import { Notice } from '../ui/Notice'
import { formatAmount } from '../wallet/amount'
import { BillDetails } from './BillDetails'
import { SettlementSteps } from './SettlementSteps'
import type { Settling } from './Settling'
import { refundConsequence, refundReasons, settlementSteps } from './settlementSteps'
import type { Errands } from './useErrands'

export type SettlementBodyProps = { settling: Settling; errands: Errands }

/** The steps of one broadcast's settlement, what went wrong, and the bill. */
export function SettlementBody({ settling, errands }: SettlementBodyProps) {
  const { broadcast, settlement, bill, isSettled } = settling
  const claims = settlement?.claims ?? []
  const late = settlement ? Settlement.expired(settlement) : []
  return (
    <div className="space-y-4">
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
      {late.map((progress) => (
        <Notice
          key={progress.claimId}
          problem={{
            sentence: 'The work was not checked in time.',
            nextStep: `You need not pay for it: take the ${formatAmount(progress.feesWei)} back to your deposit.`,
          }}
          action={
            <Button size="small" look="outline" busy={errands.isBusy} onClick={() => errands.onExpire(progress)}>
              Take it back
            </Button>
          }
        />
      ))}
      {isSettled && bill && <BillDetails bill={bill} />}
      {(settlement || !bill) && <SettlementSteps steps={settlementSteps(settlement, broadcast.segments)} />}
      {settlement && !Settlement.isOver(settlement) && (
        <EndJob busy={errands.isBusy} onEnd={() => errands.onEnd(broadcast.jobId)} />
      )}
      {errands.problem && !isSettled && <Notice problem={errands.problem} />}
    </div>
  )
}

const EndJob = ({ busy, onEnd }: { busy: boolean; onEnd(): void }) => (
  <ConfirmDialog
    trigger={
      <Button size="small" look="outline" busy={busy}>
        End it yourself
      </Button>
    }
    question="End the stream on the chain?"
    consequence="Only needed if the transcoder does not do it. Should the stream be on in another tab, it ends there too."
    confirmLabel="End it"
    cancelLabel="Wait"
    onConfirm={onEnd}
  />
)
