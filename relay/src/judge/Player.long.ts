import { expect, it } from 'vitest'
import { startDisputes, until } from '../../testbeds/disputes/chain'
import type { PlayerTask } from '../../testbeds/disputes/playerMain'
import { buildPlayer } from '../../testbeds/disputes/playerProcess'
import { honest, liar, taskOf } from '../../testbeds/disputes/program'
import { resultOf } from './Dispute'
import { Outcome } from './GameContract'

it('two processes that are killed with kill -9 at every move play to the end', async () => {
  const chain = await startDisputes()
  const start = await buildPlayer()
  const bytes = Array.from({ length: 80 }, (_, at) => at)
  const task = taskOf({ bytes: Uint8Array.from(bytes), isRight: true })
  const truth = honest(task)
  const lieAt = 222
  const defended = resultOf(truth.stateAt(2 ** 35))
  const gameId = await chain.open(task, { objector: liar(truth, lieAt), defended })
  const common = { rpcUrl: chain.rpcUrl, contract: chain.contract.address, gameId, bytes, isRight: true }
  const tasks: PlayerTask[] = [
    { ...common, account: 1, lieAt },
    { ...common, account: 2 },
  ]
  const standing = async () => {
    const { level, outcome } = await chain.game(gameId)
    return `${level} ${outcome}`
  }
  let kills = 0
  for (let seen = await standing(); !seen.endsWith(`${Outcome.DefenderWon}`); seen = await standing()) {
    const players = tasks.map(start)
    await until(async () => (await standing()) !== seen)
    await Promise.all(players.map(({ kill }) => kill()))
    kills++
    // A transaction that was in the pool when its process was killed is mined before the next start.
    await chain.test.mine({ blocks: 1 })
  }
  expect(kills).toBeGreaterThan(3)
  expect((await chain.game(gameId)).outcome).toBe(Outcome.DefenderWon)
  await chain.stop()
})
