import { disputeGameAbi, disputeGameBytecode, machineAbi, machineBytecode } from '@lp/contracts/abi'
import { startAnvil } from '@lp/contracts/script/anvil'
import { localKey } from '@lp/contracts/script/deploy'
import {
  type Abi,
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  type Hex,
  http,
  parseEventLogs,
  zeroHash,
} from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { foundry } from 'viem/chains'
import { Sender } from '../../src/chain/Sender'
import { opening, Player, resultOf, type States, Task } from '../../src/judge'

/** The blocks that each party has for all its moves. */
export const clockBlocks = 40n

export type Disputes = Awaited<ReturnType<typeof startDisputes>>

/** A chain with the contract DisputeGame. Account 0 is the court, account 1 the objector, and account 2 the defender. */
export async function startDisputes() {
  const { rpcUrl, stop } = await startAnvil()
  const transport = http(rpcUrl)
  const client = createPublicClient({ chain: foundry, transport, pollingInterval: 20 })
  const test = createTestClient({ mode: 'anvil', transport })
  const wallet = (index: number) =>
    createWalletClient({ account: privateKeyToAccount(localKey(index)), chain: foundry, transport })
  const court = wallet(0)
  const deploy = async (deployment: { abi: Abi; bytecode: Hex; args?: readonly unknown[] }): Promise<Address> => {
    const { contractAddress } = await client.waitForTransactionReceipt({
      hash: await court.deployContract(deployment as never),
    })
    return contractAddress as Address
  }
  const machine = await deploy({ abi: machineAbi, bytecode: machineBytecode })
  const args = [machine, clockBlocks, 10n ** 9n]
  const address = await deploy({ abi: disputeGameAbi, bytecode: disputeGameBytecode, args })
  const contract = { address, abi: disputeGameAbi }
  const parties = { objector: wallet(1), defender: wallet(2) }

  return {
    ...{ client, test, rpcUrl, contract, parties, stop },

    /** Opens a game about a task, in which the defender defends a result, and the objector claims what its states say. */
    async open(task: Task.Task, { objector, defended }: { objector: States; defended: bigint }): Promise<Hex> {
      const { end, ends } = await opening(objector)
      if (resultOf(objector.stateAt(Number.MAX_SAFE_INTEGER)) === defended) throw new TypeError('There is no dispute.')
      const objection = {
        ...{ subject: zeroHash, defended },
        ...{ objector: parties.objector.account.address, defender: parties.defender.account.address },
      }
      const { baseFeePerGas } = await client.getBlock()
      const bond = await client.readContract({
        ...contract,
        functionName: 'bondAt',
        args: [2n * (baseFeePerGas ?? 0n)],
      })
      const request = { ...contract, functionName: 'open', value: bond } as const
      const opened = [await Task.encode(task), objection, end, ends]
      const hash = await court.writeContract({ ...request, args: opened } as never)
      const { logs } = await client.waitForTransactionReceipt({ hash })
      const [event] = parseEventLogs({ abi: disputeGameAbi, eventName: 'GameOpened', logs })
      if (!event) throw new TypeError('The game was not opened.')
      // A reorganisation of the test must not remove the opening.
      await test.mine({ blocks: 8 })
      return event.args.gameId
    },

    /** A party that starts with nothing but its task, as after a crash. */
    play(gameId: Hex, side: keyof typeof parties, states: States) {
      const faults: Error[] = []
      const onFault = (error: Error) => faults.push(error)
      const sender = new Sender({ client, wallet: parties[side], onFault })
      const player = new Player({ client, sender, contract: address, gameId, states, onFault })
      player.start()
      return {
        player,
        faults,
        async kill() {
          sender.close()
          await player.stop()
        },
      }
    },

    /** Waits for a transaction, and mines a block with it. Only while anvil does not mine by itself. */
    async mineWaiting(): Promise<void> {
      await until(async () => (await test.getTxpoolStatus()).pending > 0)
      await test.mine({ blocks: 1 })
    },

    /**
     * Replaces the blocks from this one on by empty blocks, and adds one. Only while anvil does not mine by itself: if it mines during a
     * reorganisation, the new chain can have the receipt of a transaction without the effects of the transaction.
     */
    async replaceFrom(block: bigint): Promise<void> {
      const depth = (await client.getBlockNumber({ cacheTime: 0 })) - block + 1n
      await client.transport.request({ method: 'anvil_reorg', params: [Number(depth), []] })
      await test.mine({ blocks: 1 })
    },

    game: (gameId: Hex) => client.readContract({ ...contract, functionName: 'getGame', args: [gameId] }),

    burned: () => client.readContract({ ...contract, functionName: 'burned' }),
  }
}

/** Resolves when the check is true. */
export async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20))
}
