import { readFileSync, writeFileSync } from 'node:fs'
import { figure, figurePath, pagePath, tables, withTables } from './selfDealing/report'

/**
 * A self-dealer is a transcoder that posts jobs itself and pays itself. This command computes at which stakes, cuts and fee shares a
 * self-dealer earns more than a delegator with the same stake. The results come from a model. Its inputs are the presets, the gas
 * snapshots and assumptions about the market. The command prints the tables, writes them into decision 019, and writes the drawing
 * of this decision.
 */
export default async function selfDealing(): Promise<void> {
  console.log(
    `\nThis is a model. It computes expected values from the presets, the gas snapshots and assumptions about the market.\n\n${tables()}`,
  )
  writeFileSync(figurePath, figure())
  writeFileSync(pagePath, withTables(readFileSync(pagePath, 'utf8')))
  console.log(`\nWritten: ${pagePath}, ${figurePath}`)
}
