import { jobsManagerAbi } from '@lp/contracts/abi'
import { deploymentOn } from '@lp/contracts/deployments'
import { type Job, ProtocolError, TranscodingOptions } from '@lp/contracts/protocol'
import type { Client, Hex } from 'viem'
import { getChainId, getContractEvents } from 'viem/actions'

/** Reads the options of a job from the `NewJob` event in the job's block. Throws `NoOptionsError`. */
export async function readOptions(
  client: Client,
  { jobId, jobBlock, optionsHash }: Pick<Job.Job, 'jobId' | 'jobBlock' | 'optionsHash'>,
): Promise<TranscodingOptions.TranscodingOptions> {
  const posted = await getContractEvents(client, {
    abi: jobsManagerAbi,
    address: deploymentOn(client.chain?.id ?? (await getChainId(client))).jobsManager,
    eventName: 'NewJob',
    args: { jobId },
    ...{ fromBlock: jobBlock, toBlock: jobBlock, strict: true },
  })
  const options = posted.map(({ args }) => args.options).find((found) => TranscodingOptions.hash(found) === optionsHash)
  if (!options) throw new NoOptionsError({ jobId, jobBlock })
  return options
}

export class NoOptionsError extends ProtocolError {
  override readonly name = 'readOptions.NoOptionsError'
  constructor({ jobId, jobBlock }: { jobId: Hex; jobBlock: bigint }) {
    super('The job’s block holds no event with the job’s options.', {
      details: [`Job: ${jobId}`, `Block: ${jobBlock}`],
    })
  }
}
