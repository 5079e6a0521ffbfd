import type { Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Disputes, startDisputes, until } from '../../testbeds/disputes/chain'
import { honest, liar, taskOf } from '../../testbeds/disputes/program'
import { reorgBlocks } from '../chain/reorgBlocks'
import { resultOf } from './Dispute'
import { Outcome } from './GameContract'

let chain: Disputes
let count = 0
beforeAll(async () => {
  chain = await startDisputes()
})
afterAll(() => chain.stop())

/** A task of its own for each test, its honest states, and the states of a party that lies from `step` on. */
function dispute({ isRight, step = 101 }: { isRight: boolean; step?: number }) {
  const task = taskOf({ bytes: Uint8Array.from({ length: 60 }, (_, at) => at + count), isRight })
  count++
  const truth = honest(task)
  const lie = liar(truth, step)
  /** An honest defender defends the truth; a lying one defends its lie. */
  const open = (objector: 'truth' | 'lie') =>
    objector === 'truth'
      ? chain.open(task, { objector: truth, defended: resultOf(lie.stateAt(2 ** 35)) })
      : chain.open(task, { objector: lie, defended: resultOf(truth.stateAt(2 ** 35)) })
  return { truth, lie, open }
}

const mine = (blocks: bigint) => chain.test.mine({ blocks: Number(blocks) })
const level = async (gameId: Hex) => Number((await chain.game(gameId)).level)
const ended = (gameId: Hex) => until(async () => (await chain.game(gameId)).outcome !== Outcome.Open)

describe('a player', () => {
  it('goes on after reorganisations that remove moves of both parties', async () => {
    const { truth, lie, open } = dispute({ isRight: true, step: 250 })
    const gameId = await open('lie')
    const [defender, objector] = [chain.play(gameId, 'defender', truth), chain.play(gameId, 'objector', lie)]
    for (const reached of [3, 5]) {
      await until(async () => (await level(gameId)) >= reached)
      await chain.client.transport.request({ method: 'anvil_reorg', params: [3, []] })
      await mine(1n)
    }
    await ended(gameId)
    await chain.client.transport.request({ method: 'anvil_reorg', params: [2, []] })
    await mine(1n)
    await ended(gameId)
    await mine(reorgBlocks)
    expect(await defender.player.outcome).toBe(Outcome.DefenderWon)
    await Promise.all([defender.kill(), objector.kill()])
  })
})
