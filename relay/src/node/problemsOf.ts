/** After this time without an answer of the chain, the relay is not healthy. */
const chainAwayMs = 60_000

/** What is wrong with this relay: one sentence for each fault. `silentMs`: the time since the last answer of the chain. */
export function problemsOf(silentMs: number): string[] {
  if (silentMs < chainAwayMs) return []
  return [`The chain has not answered for ${Math.round(silentMs / 1_000)} s.`]
}
