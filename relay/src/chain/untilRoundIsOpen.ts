import { contractsOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { nextBlock } from './nextBlock'
import { RevertError, type Sender } from './Sender'

type Chain = { client: PublicClient; sender: Sender; chainId: number }

/** Stakes stand still from a round's first block until it is initialized, which falls to whoever needs it. */
export async function untilRoundIsOpen({ client, sender, chainId }: Chain): Promise<void> {
  const { bondingManager, roundsManager } = contractsOn(chainId)
  for (;;) {
    const [[, count], initialized] = await Promise.all([
      client.readContract({ ...bondingManager, functionName: 'roundInForce' }),
      client.readContract({ ...roundsManager, functionName: 'currentRoundInitialized' }),
    ])
    // Before the first round is initialized nothing is locked.
    if (count === 0n || initialized) return
    try {
      await sender.send({ ...roundsManager, functionName: 'initializeRound' })
    } catch (error) {
      if (!(error instanceof RevertError)) throw error
      // It is the round's first block, or somebody else was faster.
      if (error.errorName === 'RoundTooYoung') await nextBlock(client)
    }
  }
}
