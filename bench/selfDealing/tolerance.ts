/**
 * The chance that an honest transcoder is drawn for less than its required work in two spans. The transcoder is always available and has
 * the same price as all others. All jobs have the same length. The number of jobs has a Poisson distribution with mean `expectedJobs`.
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
