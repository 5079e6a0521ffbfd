import type { Cheque } from '@lp/contracts/protocol'
import type { Address, Hex } from 'viem'
import * as z from 'zod/mini'
import { address, bytes32, decimal, signature, whole } from '../records/fields'
import { decode, parse } from '../records/json'
import { type Message, type Reason, reasons } from './messages'
import { type Account, accountShape, signedWei } from './PaymentRequired'

/** The statement of one side when the two sides meet: see `messages.Message`. */
export type Statement = Omit<Extract<Message, { type: 'statement' }>, 'type'>

/** The body of `POST /payers`. `signature`: `HttpHello.PayerHello`. */
export type HelloRequest = { payer: Address; challenge: Hex; signature: Hex; statement: Statement | undefined }

/**
 * The answer to `POST /payers`. `token`: the value of the query parameter `payer` in later requests. `weiPerByte`: the price while the
 * token is valid.
 */
export type HelloAnswer = Account & { token: string; weiPerByte: bigint; statement: Statement | undefined }

const wei = decimal(96)
const statementSchema = z.object({ isKnown: z.boolean(), balance: signedWei, held: wei, acknowledged: wei })

const helloRequestSchema = z.object({
  ...{ payer: address, challenge: bytes32, signature },
  statement: z.optional(statementSchema),
})

const helloAnswerSchema = z.object({
  ...accountShape,
  ...{ token: z.string().check(z.regex(/^[0-9A-Za-z_-]{1,128}$/)), weiPerByte: wei },
  statement: z.optional(statementSchema),
})

const chequeSchema = z.object({
  ...{ issuer: address, beneficiary: address, splitee: address, splitBps: whole(0xffff), cumulative: wei, signature },
})

const accountSchema = z.object(accountShape)

/** Reads the body of `POST /payers`. Like the functions below, throws `json.MalformedError`. */
export const readHello = (text: string): HelloRequest => {
  const { statement, ...hello } = decode('hello of a payer', { json: parse(text), schema: helloRequestSchema })
  return { ...hello, statement }
}

export const readHelloAnswer = (text: string): HelloAnswer => {
  const { statement, ...answer } = decode('answer to a payer', { json: parse(text), schema: helloAnswerSchema })
  return { ...answer, statement }
}

/** Reads the body of `POST /cheques`. */
export const readCheque = (text: string): Cheque.SignedCheque =>
  decode('cheque', { json: parse(text), schema: chequeSchema })

export const readAccount = (text: string): Account => decode('account', { json: parse(text), schema: accountSchema })

const refusalSchema = z.object({ reason: z.enum(reasons), accepted: wei })

/** Reads the reason for which a relay refused a cheque. `amount`: see `messages.reasons`. */
export const readRefusal = (text: string): { reason: Reason; amount: bigint } => {
  const { reason, accepted } = decode('refusal', { json: parse(text), schema: refusalSchema })
  return { reason, amount: accepted }
}
