import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient, TransactionReceipt } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { nextBlock } from './nextBlock'
import { type Call, RevertError, type Sender } from './Sender'

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/**
 * Sends a call that changes stakes, and resolves to the receipt of this call. At the start of each round, stakes are locked until the
 * round is initialized. So this function initializes the round first. Throws the errors of `Sender`.
 */
export async function sendInOpenRound(chain: Chain, call: Call): Promise<TransactionReceipt> {
  for (;;) {
    const block = await untilRoundIsOpen(chain)
    try {
      return await chain.sender.send(call)
    } catch (error) {
      if (!(error instanceof RevertError) || error.errorName !== 'RoundNotInitialized') throw error
      // A new round has begun: `block` was the last block of the previous round, or the round changed while the call waited to be mined.
      await nextBlock(chain.client, { after: block })
    }
  }
}

/** Initializes the round if stakes cannot change. Resolves to a block in which stakes can change. */
async function untilRoundIsOpen({ client, sender, chainId }: Chain): Promise<bigint> {
  const { bondingManager, roundsManager } = contractsOn(chainId)
  for (;;) {
    const block = await getBlockNumber(client, { cacheTime: 0 })
    const [[, count], initialized] = await Promise.all([
      client.readContract({ ...bondingManager, functionName: 'roundInForce' }),
      client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' }),
    ])
    // Before the network's first round is initialized, stakes can change in every block.
    if (count === 0n || initialized) return block
    try {
      await sender.send({ ...roundsManager, functionName: 'initializeRound' })
    } catch (error) {
      if (!(error instanceof RevertError)) throw error
      // No account can initialize a round in the round's first block.
      if (error.errorName === 'RoundTooYoung') await nextBlock(client, { after: block })
      else if (error.errorName !== 'RoundAlreadyInitialized') throw error
    }
  }
}
