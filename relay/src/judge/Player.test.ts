import type { Hex } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clockBlocks, type Disputes, startDisputes, until } from '../../testbeds/disputes/chain'
import { honest, liar, taskOf } from '../../testbeds/disputes/program'
import { reorgBlocks } from '../chain/reorgBlocks'
import { RevertError } from '../chain/Sender'
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
  it('that defends the truth wins by the machine, and gets its bond and a reward', async () => {
    const { truth, lie, open } = dispute({ isRight: true })
    const gameId = await open('lie')
    const { address } = chain.parties.defender.account
    const [before, burnedBefore] = [await chain.client.getBalance({ address }), await chain.burned()]
    const [defender, objector] = [chain.play(gameId, 'defender', truth), chain.play(gameId, 'objector', lie)]
    await ended(gameId)
    await mine(reorgBlocks)
    expect(await defender.player.outcome).toBe(Outcome.DefenderWon)
    expect(await objector.player.outcome).toBe(Outcome.DefenderWon)
    const { bond } = await chain.game(gameId)
    expect((await chain.burned()) - burnedBefore).toBe(bond / 4n)
    const gained = (await chain.client.getBalance({ address })) - before
    // The rest of the reward has paid its gas.
    expect(gained).toBeGreaterThan(0n)
    expect(gained).toBeLessThan(bond - bond / 4n)
    await Promise.all([defender.kill(), objector.kill()])
  })

  it('that objects to a lie wins by time, because the machine refutes every step of the liar', async () => {
    const { truth, lie, open } = dispute({ isRight: false })
    const gameId = await open('truth')
    const [defender, objector] = [chain.play(gameId, 'defender', lie), chain.play(gameId, 'objector', truth)]
    const refusals = () =>
      defender.faults.filter((fault) => fault instanceof RevertError && fault.errorName === 'StepIsRight')
    await until(async () => refusals().length > 0)
    await mine(clockBlocks + 1n)
    await ended(gameId)
    await mine(reorgBlocks)
    expect(await objector.player.outcome).toBe(Outcome.ObjectorWon)
    await Promise.all([defender.kill(), objector.kill()])
  })

  it('whose opponent never moves wins by time', async () => {
    const { truth, open } = dispute({ isRight: false })
    const gameId = await open('truth')
    const objector = chain.play(gameId, 'objector', truth)
    await mine(clockBlocks + 1n)
    await ended(gameId)
    await mine(reorgBlocks)
    expect(await objector.player.outcome).toBe(Outcome.ObjectorWon)
    await objector.kill()
  })

  it('that is killed and started again at each move, before and after a block has its transaction, wins', async () => {
    const { truth, lie, open } = dispute({ isRight: true, step: 7 })
    const gameId = await open('lie')
    const liar = chain.play(gameId, 'objector', lie)
    for (let kills = 0; (await chain.game(gameId)).outcome === Outcome.Open; kills++) {
      expect(kills).toBeLessThan(40)
      await chain.test.setAutomine(kills % 2 === 0)
      const before = await level(gameId)
      if (before % 2 === 0) {
        await chain.test.setAutomine(true)
        await mine(1n)
        await until(async () => (await level(gameId)) > before)
        continue
      }
      const { address } = chain.parties.defender.account
      const nonce = await chain.client.getTransactionCount({ address })
      const defender = chain.play(gameId, 'defender', truth)
      await until(async () => (await chain.client.getTransactionCount({ address, blockTag: 'pending' })) > nonce)
      await defender.kill()
      await mine(1n)
    }
    await chain.test.setAutomine(true)
    const defender = chain.play(gameId, 'defender', truth)
    await mine(reorgBlocks)
    expect(await defender.player.outcome).toBe(Outcome.DefenderWon)
    await Promise.all([defender.kill(), liar.kill()])
  })

  it('goes on after reorganisations that remove moves of both parties', async () => {
    const { truth, lie, open } = dispute({ isRight: true, step: 250 })
    const gameId = await open('lie')
    await chain.test.setAutomine(false)
    const [defender, objector] = [chain.play(gameId, 'defender', truth), chain.play(gameId, 'objector', lie)]
    const isOpen = async () => (await chain.game(gameId)).outcome === Outcome.Open
    const isBelow = async (wanted: number) => (await isOpen()) && (await level(gameId)) < wanted
    /** Mines blocks with transactions of the players as long as the check is true. Resolves with the newest block. */
    const mineWhile = async (check: () => Promise<boolean>) => {
      while (await check()) await chain.mineWaiting()
      return chain.client.getBlockNumber({ cacheTime: 0 })
    }
    for (const reached of [3, 5]) {
      const moved = await mineWhile(() => isBelow(reached - 1))
      await mineWhile(() => isBelow(reached))
      await chain.replaceFrom(moved)
      expect(await level(gameId)).toBeLessThan(reached - 1)
    }
    const moved = await mineWhile(() => isBelow(7))
    await mineWhile(isOpen)
    await chain.replaceFrom(moved)
    expect(await isBelow(7)).toBe(true)
    await mineWhile(isOpen)
    await chain.test.setAutomine(true)
    await mine(reorgBlocks)
    expect(await defender.player.outcome).toBe(Outcome.DefenderWon)
    await Promise.all([defender.kill(), objector.kill()])
  })
})
