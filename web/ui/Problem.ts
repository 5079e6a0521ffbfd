/** What went wrong, for a person: one sentence, and the step that helps. */
export type Problem = {
  /** One sentence, with its full stop. */
  sentence: string
  /** What to do next, with its full stop. */
  nextStep: string
}
