import { parseArgs } from 'node:util'
import { formatUnits } from 'viem'
import { totalOf } from './AllocationList'
import { writeClaimFiles } from './claimFiles'
import { localFolder, readClaims, readGenesis } from './Genesis'

/**
 * Checks a genesis, and writes the files from which the page `#/claim` reads allocations and proofs. Options: `--genesis`, the folder with
 * `schedule.json` and `claims.csv` (default `contracts/genesis/local`), and `--out` (default `public/genesis`).
 */
export default function main(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: {
      genesis: { type: 'string', default: localFolder },
      out: { type: 'string', default: 'public/genesis' },
    },
  })
  const { claim } = readGenesis(values.genesis)
  const claims = readClaims(values.genesis)
  const path = writeClaimFiles(claims, values.out)
  console.log(`${claims.length} allocations, together ${formatUnits(totalOf(claims), 18)} LPT. Root: ${claim.root}`)
  console.log(`The page reads them from ${path}`)
}
