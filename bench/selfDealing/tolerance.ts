/**
 * Chance that an honest transcoder, always there at the price of all others, falls below the tolerance in a window by bad
 * luck: jobs come to it one by one (Poisson), all of one length.
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
