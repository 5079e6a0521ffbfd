/** After this time without an answer of the chain, the relay is not healthy. */
const chainAwayMs = 60_000

/** The present faults of this relay, one sentence for each fault. `silentMs`: the time since the last answer of the chain. */
export function problemsOf(silentMs: number): string[] {
  if (silentMs < chainAwayMs) return []
  const seconds = Math.round(silentMs / 1_000)
  return [`The chain has not answered for ${seconds} s. Check --rpc, and check that the node of the chain runs.`]
}
