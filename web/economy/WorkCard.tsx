// biome-ignore-all lint/a11y/noRedundantRoles: CSS shows the table as cards on a phone, and then a screen reader knows only the written roles
import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { Button } from '../ui/Button'
import { Card } from '../ui/Card'
import { Stat } from '../ui/Stat'
import { amountOf, formatAmount } from '../wallet/amount'
import { shortAddress } from '../wallet/shortAddress'
import { segmentsPerJob, type TranscoderWork, type Work } from './Work'

const rowsPerPage = 25
const columns = ['Jobs accepted', 'Segments', 'Segments a job', 'Fees paid']

/** All work since the deployment, and the part of each transcoder. `isUnread`: the chain did not answer. */
export function WorkCard({ work, isUnread }: { work: Work | undefined; isUnread: boolean }) {
  const [count, setCount] = useState(rowsPerPage)
  const fees = work && amountOf(work.feesWei)
  return (
    <Card heading="Work since the beginning" data-testid="work">
      {!work || !fees ? (
        <p role="status" className="py-6 text-center text-ink-soft text-sm">
          {isUnread ? 'The work could not be read.' : 'Reading all work from the chain. A first visit takes a while.'}
        </p>
      ) : (
        <>
          <dl className="grid grid-cols-2 gap-5 lg:grid-cols-4">
            <Stat name="Jobs accepted">
              <span data-testid="all-jobs">{work.jobs.toLocaleString('en-GB')}</span>
            </Stat>
            <Stat name="Segments transcoded">
              <span data-testid="all-segments">{work.segments.toLocaleString('en-GB')}</span>
            </Stat>
            <Stat name="Segments a job">{average(work)}</Stat>
            <Stat name="Fees paid" unit={fees.unit}>
              <span data-testid="all-fees" data-wei={String(work.feesWei)}>
                {fees.value}
              </span>
            </Stat>
          </dl>
          <Transcoders transcoders={work.transcoders.slice(0, count)} />
          {work.transcoders.length > count && (
            <div className="mt-4 text-center">
              <Button look="outline" size="small" onClick={() => setCount(count + rowsPerPage)}>
                Show more ({work.transcoders.length - count})
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  )
}

function Transcoders({ transcoders }: { transcoders: readonly TranscoderWork[] }) {
  if (transcoders.length === 0)
    return <p className="mt-5 text-ink-soft text-sm">No transcoder has accepted a job yet.</p>
  return (
    <table role="table" className="mt-6 w-full text-sm max-md:grid max-md:gap-3">
      <thead className="max-md:hidden">
        <tr className="border-line border-b text-left text-[13px] text-ink-soft">
          <th scope="col" className="pb-2 font-normal">
            Transcoder
          </th>
          {columns.map((name) => (
            <th key={name} scope="col" className="pb-2 pl-3 text-right font-normal">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-md:grid max-md:gap-3">
        {transcoders.map((record) => (
          <tr
            key={record.transcoder}
            role="row"
            data-testid="transcoder-work"
            data-address={record.transcoder}
            data-jobs={record.jobs}
            data-segments={String(record.segments)}
            className="border-line max-md:grid max-md:grid-cols-2 max-md:gap-3 max-md:rounded-xl max-md:border max-md:p-4 md:border-b md:last:border-b-0"
          >
            <td role="cell" className="max-md:col-span-2 md:py-3">
              <Link
                href={`/stake/${record.transcoder}`}
                className="rounded-md py-1 font-mono underline underline-offset-4"
              >
                {shortAddress(record.transcoder)}
              </Link>
            </td>
            <Cell name={columns[0]}>{record.jobs.toLocaleString('en-GB')}</Cell>
            <Cell name={columns[1]}>{record.segments.toLocaleString('en-GB')}</Cell>
            <Cell name={columns[2]}>{average(record)}</Cell>
            <Cell name={columns[3]}>{formatAmount(record.feesWei)}</Cell>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell({ name, children }: { name: string | undefined; children: ReactNode }) {
  return (
    <td role="cell" className="tabular-nums md:py-3 md:pl-3 md:text-right">
      <span className="block text-[13px] text-ink-soft md:hidden">{name}</span>
      {children}
    </td>
  )
}

const average = (record: Pick<TranscoderWork, 'jobs' | 'segments'>): string =>
  segmentsPerJob(record).toLocaleString('en-GB', { maximumFractionDigits: 1 })
