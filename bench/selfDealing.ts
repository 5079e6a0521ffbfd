import { readFileSync, writeFileSync } from 'node:fs'
import { figure, figurePath, pagePath, tables, withTables } from './selfDealing/report'

/**
 * Computes for which stakes and rates self-dealing earns more than delegating. This is a model: its inputs are the presets, the
 * gas snapshots and assumptions. Prints the tables. Writes the tables into decision 019, and the figure beside it.
 */
export default async function selfDealing(): Promise<void> {
  console.log(
    `\nA model: expected values from presets, gas snapshots and assumptions. Nothing here was measured.\n\n${tables()}`,
  )
  writeFileSync(figurePath, figure())
  writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8')))
  console.log(`\nWritten: ${pagePath}, ${figurePath}`)
}
