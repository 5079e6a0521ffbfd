/** The text for a failure: one sentence, and the next step. */
export type Problem = {
  /** One sentence, with its full stop. */
  sentence: string
  /** What to do next, with its full stop. */
  nextStep: string
}
