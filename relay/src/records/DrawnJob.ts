import type { Job, TranscodingOptions } from '@lp/contracts/protocol'

/** A job for which the chain has drawn this transcoder as a candidate. */
export type DrawnJob = {
  job: Job.Job
  options: TranscodingOptions.TranscodingOptions
  /** The transcoder's place among the drawn candidates, from 0. */
  priority: number
}
