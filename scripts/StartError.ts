/** An error that the user of a command can correct. The command prints only the message, without a stack. The message names the next step. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly forPeople = true
}
