/** What the person at the keyboard can mend: one sentence with the next step, shown without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly forPeople = true
}
