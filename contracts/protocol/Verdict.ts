import { ProtocolError } from './errors'

/** The verdicts for which the broadcaster gets the fees of the whole claim back. */
export const failureNames = ['Invalid', 'Unavailable'] as const

/** The names of `IVerifier.Verdict`; the index is the number on chain. `None`: no verdict yet. */
export const names = ['None', 'Valid', 'Invalid', 'InputInvalid', 'Unavailable'] as const

/**
 * A verifier's answer on one challenged segment. Whitepaper, "A Note On Truebit".
 * - `Valid`: the recipe gives these outputs from this input.
 * - `Invalid`: the recipe gives other outputs.
 * - `InputInvalid`: the input breaks the limits of its job. The broadcaster does not pay for this segment, but it pays the claim's fine.
 * - `Unavailable`: the verifier could not fetch the payloads from the transcoder or another candidate.
 */
export type Verdict = Exclude<(typeof names)[number], 'None'>

/** The number of a verdict on chain. */
export const toNumber = (verdict: Verdict): number => names.indexOf(verdict)

/** The verdict for a number on chain. `undefined` for 0, because there is no verdict yet. Throws `UnknownNumberError`. */
export function fromNumber(number: number): Verdict | undefined {
  const name = names[number]
  if (!name) throw new UnknownNumberError({ number })
  return name === 'None' ? undefined : name
}

export class UnknownNumberError extends ProtocolError {
  override readonly name = 'Verdict.UnknownNumberError'
  constructor({ number }: { number: number }) {
    super('No verdict has this number.', { details: [`Number: ${number}`, `Highest: ${names.length - 1}`] })
  }
}
