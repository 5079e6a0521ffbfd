import { ProtocolError } from '@lp/contracts/protocol'
import type { Problem } from '../ui/Problem'

/** The sentence for a failure of payments. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Error && 'problem' in error) return error.problem as Problem
  if (error instanceof ProtocolError)
    return { sentence: error.shortMessage, nextStep: 'Reload the page. If this happens again, withdraw your deposit.' }
  return {
    sentence: 'The page could not read your deposit from the chain.',
    nextStep: 'Check your connection. The page tries again.',
  }
}
