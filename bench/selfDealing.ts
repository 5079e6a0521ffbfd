import { readFileSync, writeFileSync } from 'node:fs'
import { figure, figurePath, pagePath, tables, withTables } from './selfDealing/report'

/**
 * Where self-dealing beats passive delegation, from presets, gas snapshots and assumptions: a model, not a measurement.
 * Prints its tables, and writes them and the figure into the decision that argues from them.
 */
export default async function selfDealing(): Promise<void> {
  console.log(
    `\nA model: expectations from presets, gas snapshots and assumptions; nothing here was measured.\n\n${tables()}`,
  )
  writeFileSync(figurePath, figure())
  writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8')))
  console.log(`\nWritten: ${pagePath}, ${figurePath}`)
}
