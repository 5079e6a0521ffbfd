import { inspect } from 'node:util'
import { explain } from '../explain'
import { RelayError } from '../RelayError'

/** What `lp-relay doctor` has found out about one thing. `unknown`: it could not be examined. */
export type Finding = {
  subject: Subject
  state: 'good' | 'bad' | 'unknown'
  /** Whole sentences. If the state is not `good`, the last sentence says what the operator can do. */
  text: string
}

export type Subject = 'chain' | 'clock' | 'ffmpeg' | 'disk' | 'ether' | 'stake' | 'address' | 'TLS' | 'UDP'

/** A check throws this error if the operator must change something. */
export class BadError extends RelayError {
  override readonly name = 'BadError'
}

/** A check throws this error if it cannot examine its subject. */
export class UnknownError extends RelayError {
  override readonly name = 'UnknownError'
}

/** Runs a check. `check` resolves to the sentence for a good state. Never rejects. */
export async function examine(subject: Subject, check: () => Promise<string>): Promise<Finding> {
  try {
    return { subject, state: 'good', text: await check() }
  } catch (error) {
    const state = error instanceof UnknownError ? 'unknown' : 'bad'
    return { subject, state, text: explain(error) ?? inspect(error) }
  }
}
