import { Card } from '../ui/Card'
import { Spinner } from '../ui/Spinner'

export type HistoryCardProps = {
  heading: string
  columns: readonly string[]
  /** Undefined until the chain has answered. */
  rows: readonly { key: string; cells: readonly string[] }[] | undefined
  isUnread: boolean
  /** The sentence for no rows. */
  none: string
}

/** A part of the history of a transcoder, as a table. */
export function HistoryCard({ heading, columns, rows, isUnread, none }: HistoryCardProps) {
  return (
    <Card heading={heading}>
      {!rows && <div className="text-ink-soft text-sm">{isUnread ? 'It cannot be read now.' : <Spinner />}</div>}
      {rows?.length === 0 && <p className="text-ink-soft text-sm">{none}</p>}
      {rows && rows.length > 0 && (
        <table className="w-full text-sm tabular-nums">
          <thead>
            <tr className="border-line border-b text-[13px] text-ink-soft">
              {columns.map((column) => (
                <th key={column} scope="col" className="pr-3 pb-2 text-left font-normal last:pr-0">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ key, cells }) => (
              <tr key={key} className="border-line border-b last:border-b-0">
                {columns.map((column, index) => (
                  <td key={column} className="py-2 pr-3 last:pr-0">
                    {cells[index]}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
