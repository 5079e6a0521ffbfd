import { machineBytecode } from '@lp/contracts/abi'
import { startAnvil } from '@lp/contracts/script/anvil'
import { concat, createPublicClient, type Hex, http, numberToHex, toFunctionSelector } from 'viem'
import type { Witness } from '../../src/judge'

type Answer = { id: number; result?: unknown; error?: { message: string; data?: Hex } }
/** What a call of the contract gives: the hash of the next state, or the data with which the contract reverts. */
type Outcome = Hex | { revert: string }

/** The contract Machine on a chain of its own. */
export async function startMachineContract() {
  const anvil = await startAnvil()
  const send = async (calls: readonly { method: string; params: readonly unknown[] }[]): Promise<Answer[]> => {
    const body = JSON.stringify(calls.map((call, id) => ({ jsonrpc: '2.0', id, ...call })))
    const response = await fetch(anvil.rpcUrl, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
    })
    const answers = (await response.json()) as Answer[]
    return answers.sort((one, other) => one.id - other.id)
  }
  const one = async <Result>(method: string, ...params: unknown[]): Promise<Result> => {
    const [answer] = await send([{ method, params }])
    if (answer?.result === undefined) throw new TypeError(`${method}: ${answer?.error?.message}`)
    return answer.result as Result
  }
  const [from] = await one<Hex[]>('eth_accounts')
  const transaction = await one<Hex>('eth_sendTransaction', { from, data: machineBytecode })
  // anvil answers before the transaction is in a block.
  const { contractAddress: to } = await createPublicClient({
    transport: http(anvil.rpcUrl),
    pollingInterval: 50,
  }).waitForTransactionReceipt({ hash: transaction })
  return {
    /** Makes the steps in one request. */
    async step(witnesses: readonly Witness[]): Promise<Outcome[]> {
      const calls = witnesses.map((witness) => ({
        method: 'eth_call',
        params: [{ to, data: encode(witness) }, 'latest'],
      }))
      return (await send(calls)).map(
        ({ result, error }) => (result as Hex | undefined) ?? { revert: error?.data ?? error?.message ?? '' },
      )
    },
    stop: () => anvil.stop(),
  }
}

const selector = toFunctionSelector('step((bytes32,uint256[4],uint8),bytes32[25],bytes32[25])')

/** All arguments have fixed sizes, so the calldata is one word after another. This is much faster than viem's encoder. */
function encode({ state, fetched, accessed }: Witness): Hex {
  const word = (value: bigint | number) => numberToHex(value, { size: 32 })
  return concat([
    selector,
    ...[state.memoryRoot, ...state.registers.map(word), word(state.status)],
    ...[...fetched, ...accessed],
  ])
}
