import type { Problem } from '../ui/Problem'

/** The browser could not load the code of payments. */
export class UnloadedError extends Error {
  override readonly name = 'Payments.UnloadedError'
  readonly problem: Problem = {
    sentence: 'The page could not load the code that pays relays, so it gets only free video.',
    nextStep: 'Check your connection. The page tries again. If this does not help, reload the page.',
  }
  constructor({ cause }: { cause: unknown }) {
    super('The code of payments could not be loaded.', { cause })
  }
}
