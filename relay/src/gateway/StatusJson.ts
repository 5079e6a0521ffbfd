import type { Round } from '@lp/contracts/protocol'
import type { Earnings, JobClaims, PaymentsStatus, SeatStatus, Status, StreamStatus, VerifierStatus } from './Status'

/** The JSON form of a value: a bigint becomes a decimal string. */
export type Json<Value> = Value extends bigint
  ? string
  : Value extends readonly (infer Item)[]
    ? Json<Item>[]
    : Value extends object
      ? { [Key in keyof Value]: Json<Value[Key]> }
      : Value

/** The answer of `GET /status`. */
export type StatusJson = Json<
  Omit<Status, 'round' | 'seat' | 'claims' | 'earnings' | 'faults' | 'problems' | 'price' | 'payments' | 'verifier'> & {
    round?: Round.Round
    seat?: SeatStatus
    claims?: readonly JobClaims[]
    earnings?: Earnings
    faults?: NonNullable<Status['faults']>
    problems?: readonly string[]
    price?: NonNullable<Status['price']>
    payments?: PaymentsStatus
    verifier?: VerifierStatus
    streams: readonly StreamStatus[]
  }
>
