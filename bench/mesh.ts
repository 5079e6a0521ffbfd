import { simulateRooms } from './mesh/simulation/report'

const actions: Readonly<Record<string, (args: readonly string[]) => void>> = { simulate: simulateRooms }

/** Benchmarks of the mesh. `npm run bench -- mesh simulate small 100 1000` simulates rooms with the schedule of the pieces. */
export default function mesh([name = '', ...args]: readonly string[]): void {
  const action = actions[name]
  if (!action) throw new UnknownActionError(name)
  action(args)
}

class UnknownActionError extends Error {
  override readonly name = 'UnknownActionError'
  readonly forPeople = true
  constructor(name: string) {
    super(`The benchmark of the mesh has no action "${name}". Name one: ${Object.keys(actions).join(' | ')}`)
  }
}
