import type { Address, Hex } from 'viem'

/** The work of all transcoders since the deployment of the contracts. */
export type Work = {
  /** The number of jobs that at least one transcoder has accepted. */
  jobs: number
  segments: bigint
  /** Fees that were paid after verification, in wei. */
  feesWei: bigint
  /** The transcoder with the most segments first. */
  transcoders: readonly TranscoderWork[]
}

export type TranscoderWork = {
  transcoder: Address
  /** The number of jobs that the transcoder has accepted: the chain has an Assignment to it, or its claim. */
  jobs: number
  segments: bigint
  feesWei: bigint
}

/** An event of the ClaimsManager. Only a claim has segments, and only a payment has fees. */
export type WorkEvent = { transcoder: Address; jobId: Hex; segments: bigint; feesWei: bigint }

export function workOf(events: readonly WorkEvent[]): Work {
  const jobs = new Set<Hex>()
  const records = new Map<Address, { jobs: Set<Hex>; segments: bigint; feesWei: bigint }>()
  for (const { transcoder, jobId, segments, feesWei } of events) {
    const record = records.get(transcoder) ?? { jobs: new Set(), segments: 0n, feesWei: 0n }
    records.set(transcoder, record)
    jobs.add(jobId)
    record.jobs.add(jobId)
    record.segments += segments
    record.feesWei += feesWei
  }
  const transcoders = [...records].map(([transcoder, record]) => ({ transcoder, ...record, jobs: record.jobs.size }))
  return {
    jobs: jobs.size,
    segments: transcoders.reduce((sum, { segments }) => sum + segments, 0n),
    feesWei: transcoders.reduce((sum, { feesWei }) => sum + feesWei, 0n),
    transcoders: transcoders.sort((a, b) => (a.segments === b.segments ? 0 : a.segments < b.segments ? 1 : -1)),
  }
}

/**
 * Average number of segments of a job. A transcoder that accepts jobs and transcodes little of them has a small number. Whitepaper, "DDoS".
 */
export const segmentsPerJob = ({ jobs, segments }: Pick<TranscoderWork, 'jobs' | 'segments'>): number =>
  jobs === 0 ? 0 : Number(segments) / jobs
