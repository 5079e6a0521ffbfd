import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { getBlockNumber } from 'viem/actions'
import { nextBlock } from './nextBlock'
import { RevertError, type Sender } from './Sender'

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/**
 * Resolves when stakes can change. From a round's first block stakes cannot change until the round is initialized. So this
 * function initializes the round.
 */
export async function untilRoundIsOpen({ client, sender, chainId }: Chain): Promise<void> {
  const { bondingManager, roundsManager } = contractsOn(chainId)
  for (;;) {
    const block = await getBlockNumber(client, { cacheTime: 0 })
    const [[, count], initialized] = await Promise.all([
      client.readContract({ ...bondingManager, functionName: 'roundInForce' }),
      client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' }),
    ])
    // Before the network's first round is initialized, stakes can change in every block.
    if (count === 0n || initialized) return
    try {
      await sender.send({ ...roundsManager, functionName: 'initializeRound' })
    } catch (error) {
      if (!(error instanceof RevertError)) throw error
      // No account can initialize a round in its first block.
      if (error.errorName === 'RoundTooYoung') await nextBlock(client, { after: block })
      else if (error.errorName !== 'RoundAlreadyInitialized') throw error
    }
  }
}
