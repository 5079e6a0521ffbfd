import { inTheLast } from '../chain/span'
import { Notice } from '../ui/Notice'
import { Stat } from '../ui/Stat'
import { amountOf, formatLpt } from '../wallet/amount'
import { workShare } from './RecordNote'
import { recentMs } from './recent'
import { sumOf } from './Slashing'
import type { Staking } from './Staking'
import type { Checks, Transcoder } from './Transcoder'
import { useRecentWork } from './useRecentWork'

/** Shown for a number that does not exist or cannot be read. */
const unread = '–'

const failuresText = ({ failures, invalid, unavailable }: Checks): string =>
  [
    { count: invalid, name: 'wrong' },
    { count: unavailable, name: 'not answered' },
    { count: failures - invalid - unavailable, name: 'failed earlier' },
  ]
    .flatMap(({ count, name }) => (count > 0 ? [`${count} ${name}`] : []))
    .join(', ')

/** The past work of a transcoder. It helps a person to decide whether to stake with this transcoder. */
export function TranscoderRecord({ transcoder, staking }: { transcoder: Transcoder; staking: Staking }) {
  const { terms, round } = staking
  const { recent, problem } = useRecentWork(transcoder.address, round.clock)
  const { checks, slashed } = transcoder
  const share = workShare(transcoder, terms)
  const lately = inTheLast(recentMs(round.clock))
  const fees = amountOf(recent?.feesWei ?? 0n)
  const waiting = problem ? unread : '…'
  return (
    <div
      data-testid="transcoder-record"
      data-jobs={recent?.jobs}
      data-segments={recent && String(recent.segments)}
      data-fees-wei={recent && String(recent.feesWei)}
      data-verdicts={checks?.verdicts}
      data-failures={checks?.failures}
      className="mt-1 rounded-xl bg-inset p-4"
    >
      {problem && <Notice problem={problem} className="mb-4" />}
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-3">
        <Stat name="Jobs" hint={lately}>
          {recent?.jobs ?? waiting}
        </Stat>
        <Stat name="Segments transcoded" hint={lately}>
          {recent ? recent.segments.toLocaleString('en-GB') : waiting}
        </Stat>
        <Stat name="Fees paid" unit={fees.unit} hint={lately}>
          {recent ? fees.value : waiting}
        </Stat>
        <Stat
          name="Checks passed"
          hint={checks && checks.failures > 0 ? failuresText(checks) : 'of randomly drawn segments'}
        >
          {checks && checks.verdicts > 0 ? `${checks.verdicts - checks.failures} of ${checks.verdicts}` : unread}
        </Stat>
        <Stat
          name="Work compared with its stake"
          hint={
            !transcoder.work ? undefined : share === undefined ? 'Too little work to compare' : 'of the expected work'
          }
        >
          {share === undefined ? unread : `${Math.round(100 * share)} %`}
        </Stat>
        <Stat name="Slashed" hint={lately}>
          {slashed ? formatLpt(sumOf(slashed)) : unread}
        </Stat>
      </dl>
    </div>
  )
}
