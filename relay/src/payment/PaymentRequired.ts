import { Json } from '@lp/contracts/protocol'
import { type Address, type Hex, zeroAddress } from 'viem'
import * as z from 'zod/mini'
import { address, bytes32, decimal, signature, whole } from '../records/fields'

/** How the relay and one payer stand. Amounts in wei. */
export type Account = {
  /** What the payer owes, negative: what it has paid ahead. */
  owed: bigint
  /** How much the payer may owe. */
  credit: bigint
  /** Up to this `cumulative`, the relay holds cheques of the payer that have not bounced. */
  accepted: bigint
  /** All that the relay has given the payer free over HTTP. It only grows, until the relay starts again. */
  given: bigint
}

/** What a relay asks before it sends bytes: the entry of `accepts` in the body of a 402 answer. */
export type Offer = Account & {
  chainId: number
  chequebook: Address
  payee: Address
  splitee: Address
  splitBps: number
  weiPerByte: bigint
  /** With so much, the relay sends the bytes that were requested. */
  amount: bigint
  /** The payment key of the payer, if the relay knows who asked. */
  payer: Address | undefined
  serviceUri: string
  /** Of the payee: `HttpHello.PayeeHello`. */
  signature: Hex
  /** What a payer signs: `HttpHello.PayerHello`. */
  challenge: Hex
}

export const scheme = 'lp-cheque'
/** The longest service URI in an offer. */
const maxUriLength = 256

/**
 * The body of the 402 answer, without its sentence, in the form of x402 (version 2). `asset`: ether has no contract, so it is the zero address. `path`:
 * the requested path.
 */
export function encode(offer: Offer, path: string): Record<string, unknown> {
  const { chainId, payee, amount, payer = null, ...extra } = offer
  const accepted = {
    ...{ scheme, network: `eip155:${chainId}`, amount, asset: zeroAddress, payTo: payee },
    ...{ maxTimeoutSeconds: 60, extra: { payer, ...extra } },
  }
  const document = { x402Version: 2, resource: { url: `${offer.serviceUri}${path}` }, accepts: [accepted] }
  return JSON.parse(Json.stringify(document))
}

const wei = decimal(96)
export const signedWei = z.pipe(
  z
    .string()
    .check(z.refine((value) => /^(0|-?[1-9][0-9]{0,28})$/.test(value) && BigInt(value.replace('-', '')) < 2n ** 96n)),
  z.transform((value) => BigInt(value)),
)
export const accountShape = { owed: signedWei, credit: wei, accepted: wei, given: wei }

const acceptedSchema = z.object({
  scheme: z.literal(scheme),
  network: z.string().check(z.regex(/^eip155:[1-9][0-9]{0,14}$/)),
  amount: wei,
  payTo: address,
  extra: z.object({
    ...accountShape,
    ...{ chequebook: address, splitee: address, splitBps: whole(10_000), weiPerByte: wei, payer: z.nullable(address) },
    ...{ serviceUri: z.string().check(z.maxLength(maxUriLength)), signature, challenge: bytes32 },
  }),
})
const bodySchema = z.object({ accepts: z.array(z.unknown()).check(z.maxLength(16)) })

/** Reads the body of a 402 answer. `undefined`: the body has no offer of this scheme that is well formed. */
export function decode(text: string): Offer | undefined {
  const body = bodySchema.safeParse(parsed(text))
  for (const entry of body.success ? body.data.accepts : []) {
    const result = acceptedSchema.safeParse(entry)
    if (!result.success) continue
    const { network, amount, payTo, extra } = result.data
    const chainId = Number(network.slice('eip155:'.length))
    return { ...extra, chainId, amount, payee: payTo, payer: extra.payer ?? undefined }
  }
  return undefined
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
