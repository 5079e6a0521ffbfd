import { toFunctionSelector } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomFrom } from '../../testbeds/fuzz'
import { startMachineContract } from '../../testbeds/riscv/machineContract'
import { randomState } from '../../testbeds/riscv/randomStates'
import { Interpreter } from './Interpreter'
import * as State from './State'
import { Status } from './Status'
import { type Witness, witness } from './Witness'

const steps = process.env.LP_LONG ? 250_000 : 400
const batch = 200

let contract: Awaited<ReturnType<typeof startMachineContract>>
beforeAll(async () => {
  contract = await startMachineContract()
})
afterAll(() => contract.stop())

/** Steps of programs of random instructions. A halted machine makes one more step, and then another program begins. */
async function* randomSteps(seed: number) {
  const random = randomFrom(seed)
  let state = randomState(random)
  const machine = new Interpreter(state)
  for (let programs = 0; ; ) {
    machine.load(state)
    machine.run(1)
    const next = machine.state()
    yield { before: state, next }
    // New pages take longer to make and to hash than a step, so several programs use the same pages.
    if (state.status === Status.Running) state = next
    else state = ++programs % 50 === 0 ? randomState(random) : randomState(random, next.pages)
  }
}

describe('the contract', () => {
  it(`makes the same ${steps} random steps as the interpreter`, async () => {
    const seen = new Map<Status, number>()
    let made = 0
    let [witnesses, expected]: [Witness[], string[]] = [[], []]
    for await (const { before, next } of randomSteps(14)) {
      witnesses.push(await witness(before))
      expected.push(await State.hash(next))
      seen.set(next.status, (seen.get(next.status) ?? 0) + 1)
      made++
      if (witnesses.length < batch && made < steps) continue
      expect(await contract.step(witnesses)).toEqual(expected)
      ;[witnesses, expected] = [[], []]
      if (made >= steps) break
    }
    // The steps are worth comparing only if many of them go on, and every status occurs.
    expect([...seen.keys()].sort()).toEqual(Object.values(Status))
    expect(seen.get(Status.Running)).toBeGreaterThan(steps / 2)
  })

  it('reverts if a proof is wrong', async () => {
    const right = await witness(randomState(randomFrom(3)))
    const [leaf, ...siblings] = right.fetched
    const wrong = { ...right, fetched: [leaf, ...siblings.toReversed()] as unknown as Witness['fetched'] }
    const [outcome] = await contract.step([wrong])
    expect(outcome).toMatchObject({ revert: expect.stringMatching(toFunctionSelector('WrongProof(uint256)')) })
  })
})
