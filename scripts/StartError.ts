/** An error that the user of the command can correct. The command prints its sentence, which names the next step, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly forPeople = true
}
