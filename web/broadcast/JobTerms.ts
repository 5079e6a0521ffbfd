import { contractsOn } from '@lp/contracts/deployments'
import type { TranscodingOptions } from '@lp/contracts/protocol'
import type { Hex } from 'viem'

/** The terms with which a job is posted. With the same terms, the job has the same id. */
export type JobTerms = {
  options: TranscodingOptions.TranscodingOptions
  pricePerUnit: bigint
  endBlock: bigint
  /** Signed by the stream key. */
  binding: Hex
}

/** The call that posts a job, without the deposit. */
export const jobCall = (
  chainId: number,
  { streamId, options, pricePerUnit, endBlock, binding }: JobTerms & { streamId: Hex },
) => ({
  ...contractsOn(chainId).jobsManager,
  functionName: 'job' as const,
  args: [streamId, options, pricePerUnit, endBlock, binding] as const,
})
