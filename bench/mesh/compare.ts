import { parseArgs } from 'node:util'
import { build } from '../../scripts/build'
import { ensureBrowser } from '../../scripts/system'
import { openMedia } from './origin/media'
import { blocked } from './rows/blocked'
import { busy } from './rows/busy'
import { churn } from './rows/churn'
import { headers } from './rows/headers'
import { light } from './rows/light'
import { nodes } from './rows/nodes'
import type { Row } from './rows/Row'
import { shaped } from './rows/shaped'
import { slow } from './rows/slow'
import { start } from './rows/start'
import { steady } from './rows/steady'
import { head, line } from './table'
import { players } from './viewers/players'

const rows: Readonly<Record<string, Row>> = {
  ...{ n4: steady(4), n8: steady(8), churn, start, blocked, busy, slow, shaped, light },
  ...{ headers, node20: nodes(20), node40: nodes(40), nodeChurn: nodes(20, { churnEveryS: 4 }) },
}

/** Measures lp and p2p-media-loader in the named rows, or in all rows, and prints a table in Markdown. */
export async function compare(args: readonly string[]): Promise<void> {
  const { names, seconds, player } = read(args)
  process.env.CHROMIUM_PATH = ensureBrowser('Chromium')
  await build()
  await openMedia()
  console.log(head)
  for (const name of names) {
    const row = rows[name] as Row
    for (const measured of [...players, ...(row.morePlayers ?? [])]) {
      if (player && !measured.name.startsWith(player)) continue
      console.log(line({ row, player: measured.name, result: await row.measure(measured, seconds) }))
    }
  }
}

function read(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { seconds: { type: 'string' }, player: { type: 'string' } },
    allowPositionals: true,
  })
  const unknown = positionals.find((name) => !rows[name])
  const seconds = values.seconds === undefined ? undefined : Number(values.seconds)
  if (unknown || Number.isNaN(seconds)) throw new UsageError()
  return { names: positionals.length > 0 ? positionals : Object.keys(rows), seconds, player: values.player }
}

class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly forPeople = true
  constructor() {
    super(
      `Write: npm run bench -- mesh [${Object.keys(rows).join('] [')}] [--seconds <of each measurement>] [--player <start of a name>], or: npm run bench -- mesh simulate small 100`,
    )
  }
}
