/** The text for a failure: one sentence, and the next step. */
export type Problem = {
  /** One sentence, with its full stop. */
  sentence: string
  /** The action that solves the problem: one or more sentences, with full stops. */
  nextStep: string
}
