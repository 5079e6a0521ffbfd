import type { Result, Row } from './rows/Row'

const percent = (part: number) => `${(100 * part).toFixed(1)} %`
const dash = '–'

export const head = [
  '| row | player | offload (ideal) | behind live: mean, worst viewer | stalls | surplus bytes | upload max/min | CPU: machine, viewer | |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
].join('\n')

/** One line of the table. */
export function line({ row, player, result }: { row: Row; player: string; result: Result }): string {
  const { offload, behindS, stalls, stalledS, surplus, uploadSpread, cpu, note = '' } = result
  const cells = [
    row.title,
    player,
    offload === undefined ? dash : `${percent(offload)}${row.ideal ? ` (${percent(row.ideal)})` : ''}`,
    behindS ? `${behindS.mean.toFixed(1)} s, ${behindS.worst.toFixed(1)} s` : dash,
    stalls === undefined ? dash : stalls === 0 ? '0' : `${stalls} (${stalledS?.toFixed(1)} s)`,
    surplus === undefined ? dash : percent(surplus),
    uploadSpread === undefined ? dash : uploadSpread.toFixed(1),
    cpu ? `${percent(cpu.machine)}, ${cpu.viewer.toFixed(2)} cores` : dash,
    note,
  ]
  return `| ${cells.join(' | ')} |`
}
