/** An error that the caller of the command can correct: one sentence with the next step, shown without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly forPeople = true
}
