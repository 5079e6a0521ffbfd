import { readFileSync, writeFileSync } from 'node:fs'
import { figure, figurePath, pagePath, tables, withTables } from './selfDealing/report'

/**
 * Computes the stakes and rates with which self-dealing earns more than delegating. The inputs of this model are the presets, the
 * gas snapshots and assumptions about the market. Prints the tables, writes them into decision 019, and writes the figure of this decision.
 */
export default async function selfDealing(): Promise<void> {
  console.log(
    `\nA model: expected values from presets, gas snapshots and assumptions. Nothing here was measured.\n\n${tables()}`,
  )
  writeFileSync(figurePath, figure())
  writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8')))
  console.log(`\nWritten: ${pagePath}, ${figurePath}`)
}
