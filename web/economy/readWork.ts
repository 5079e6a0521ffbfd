import { contractsOn, deploymentOn } from '@lp/contracts/deployments'
import type { PublicClient } from 'viem'
import { readOnce } from '../chain/readOnce'
import { type Work, type WorkEvent, workOf } from './Work'

/** Reads the work of all transcoders since the deployment from the event log. A later visit requests only new blocks. */
export async function readWork(
  client: PublicClient,
  { chainId, toBlock }: { chainId: number; toBlock: bigint },
): Promise<Work> {
  const { abi, address } = contractsOn(chainId).claimsManager
  const events = await readOnce(client, {
    ...{ fromBlock: BigInt(deploymentOn(chainId).fromBlock), toBlock, key: [chainId, address, 'work'].join(' ') },
    read: async (blocks) => {
      const found = await client.getLogs({
        ...{ address, strict: true, ...blocks },
        events: abi.filter((item) => item.type === 'event' && names.includes(item.name as Name)) as WorkEvents,
      })
      // The page stores the events, so it keeps only the parts that it needs.
      return found.map(({ eventName, args, blockNumber, logIndex, transactionHash }) => ({
        ...{ eventName, blockNumber, logIndex, transactionHash },
        args: {
          ...{ transcoder: args.transcoder, jobId: args.jobId },
          segments: 'segments' in args ? args.segments : 0n,
          feesWei: eventName === 'FeesDistributed' ? args.fees : 0n,
        } satisfies WorkEvent,
      }))
    },
  })
  return workOf(events.map(({ args }) => args))
}

const names = ['AssignmentShown', 'NewClaim', 'FeesDistributed'] as const
type Name = (typeof names)[number]
type ClaimsAbi = ReturnType<typeof contractsOn>['claimsManager']['abi']
type WorkEvents = Extract<ClaimsAbi[number], { type: 'event'; name: Name }>[]
