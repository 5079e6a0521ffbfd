/**
 * The chance that, in two spans together, an honest transcoder is drawn for less work than it must do. The transcoder is always available
 * and has the same price as all others. All jobs have the same length. The number of jobs for which the transcoder is drawn in the two
 * spans has a Poisson distribution with the mean `expectedJobs`. The transcoder must do the work of at least `requiredPart × expectedJobs`
 * jobs.
 */
export function chanceToFallBelow({
  expectedJobs,
  requiredPart,
}: {
  expectedJobs: number
  requiredPart: number
}): number {
  const required = Math.ceil(expectedJobs * requiredPart - 1e-9)
  let term = Math.exp(-expectedJobs)
  let below = 0
  for (let jobs = 0; jobs < required; jobs++) {
    below += term
    term *= expectedJobs / (jobs + 1)
  }
  return below
}
