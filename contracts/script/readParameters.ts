import { BaseError, ContractFunctionRevertedError, ContractFunctionZeroDataError, type PublicClient } from 'viem'
import { Json } from '../protocol'
import type { Step } from './DeploymentPlan'

/** The answers of the functions that read the parameters of a deployment: `contract address.function` → answer. */
export type Readings = ReadonlyMap<string, string>

/** Functions whose answer depends on the block, or on what accounts have done since the deployment. */
const moving: ReadonlySet<string> = new Set([
  ...['currentRound', 'currentRoundInitialized', 'currentRoundLocked', 'currentRoundStartBlock'],
  ...['lastInitializedRound', 'roundInForce', 'clock', 'votingDelay'],
  // `readBack` compares these times in the code.
  ...['start', 'end', 'cliff', 'closingTime', 'released', 'releasable'],
  ...['inflation', 'minted', 'mintable', 'burned', 'commonPool', 'totalBonded', 'transcoders', 'waitingStake'],
])

/** Calls each function of each contract that takes no argument and changes nothing, except the functions in `moving`. */
export async function readParameters(chain: PublicClient, steps: readonly Step[]): Promise<Readings> {
  const readings = new Map<string, string>()
  for (const { name, abi, address } of steps) {
    const functions = abi.flatMap((item) =>
      item.type === 'function' && item.inputs.length === 0 && /view|pure/.test(item.stateMutability) ? [item.name] : [],
    )
    const read = async (functionName: string) => {
      const answer = await chain.readContract({ abi, address, functionName }).then(Json.stringify, textOfRefusal)
      // There can be several vestings.
      readings.set(`${name} ${address}.${functionName}`, answer)
    }
    await Promise.all(functions.filter((functionName) => !moving.has(functionName)).map(read))
  }
  return readings
}

/** A function of an extension reverts if it is not called through its contract. */
function textOfRefusal(error: unknown): string {
  const isRefusal =
    error instanceof BaseError &&
    error.walk(
      (cause) => cause instanceof ContractFunctionRevertedError || cause instanceof ContractFunctionZeroDataError,
    )
  if (!isRefusal) throw error
  return 'reverts'
}
