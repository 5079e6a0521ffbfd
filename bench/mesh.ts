import { compare } from './mesh/compare'
import { simulateRooms } from './mesh/simulation/report'

/**
 * Benchmarks of the mesh. `npm run bench -- mesh n8` measures a row, `npm run bench -- mesh` measures all rows, and
 * `npm run bench -- mesh simulate small 100 1000` simulates streams with the scheduler of pieces.
 */
export default async function mesh(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args
  if (name === 'simulate') simulateRooms(rest)
  else await compare(args)
}
