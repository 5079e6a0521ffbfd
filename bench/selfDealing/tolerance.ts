/**
 * The chance that an honest transcoder falls below the tolerance in a window by bad luck. The transcoder is always available and has
 * the same price as all others. It is drawn for jobs of equal length, independently for each job (Poisson).
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
