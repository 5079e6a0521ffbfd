import type { Job, TranscodingOptions } from '@lp/contracts/protocol'

/** A job that the chain has drawn this transcoder for. */
export type DrawnJob = {
  job: Job.Job
  options: TranscodingOptions.TranscodingOptions
  /** Its place among the drawn candidates, from 0. */
  priority: number
}
