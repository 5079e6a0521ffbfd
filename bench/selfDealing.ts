import { readFileSync, writeFileSync } from 'node:fs'
import { figure, figurePath, pagePath, tables, withTables } from './selfDealing/report'

/**
 * Computes where self-dealing beats delegating, from presets, gas snapshots and assumptions. A model, not a measurement.
 * Prints the tables, and writes tables and figure into decision 019, which uses them.
 */
export default async function selfDealing(): Promise<void> {
  console.log(
    `\nA model: expected values from presets, gas snapshots and assumptions. Nothing here was measured.\n\n${tables()}`,
  )
  writeFileSync(figurePath, figure())
  writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8')))
  console.log(`\nWritten: ${pagePath}, ${figurePath}`)
}
