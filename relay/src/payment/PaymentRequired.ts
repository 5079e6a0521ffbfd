import { Json } from '@lp/contracts/protocol'
import { type Address, type Hex, zeroAddress } from 'viem'
import * as z from 'zod/mini'
import { address, bytes32, decimal, signature, whole } from '../records/fields'

/** What a relay counts for one payer. Amounts in wei. */
export type Account = {
  /** The debt of the payer. Negative: the payer has paid in advance. */
  owed: bigint
  /** The largest debt that the relay allows the payer. */
  credit: bigint
  /** The `cumulative` of the payer's newest cheque that the relay holds, minus the amount that has bounced. */
  accepted: bigint
  /** The sum of the relay's gifts to the payer over HTTP. This sum never falls until the relay restarts. */
  given: bigint
}

/** The payment that a relay asks for before it sends bytes: the entry of `accepts` in the body of an answer 402. */
export type Offer = Account & {
  chainId: number
  chequebook: Address
  payee: Address
  splitee: Address
  splitBps: number
  weiPerByte: bigint
  /** After a payment of this amount, the relay sends the requested bytes. */
  amount: bigint
  /** The payment key of the payer. `undefined`: the request had no valid token. */
  payer: Address | undefined
  serviceUri: string
  /** The payee's signature of the `HttpHello.PayeeHello`. */
  signature: Hex
  /** The challenge for the `HttpHello.PayerHello` of the payer. */
  challenge: Hex
}

export const scheme = 'lp-cheque'
/** The longest service URI in an offer. */
const maxUriLength = 256

/**
 * The body of the answer 402, without `error` and `nextStep`, in the form of x402 (version 2). `asset` is the zero address, because ether has no
 * contract. `path`: the requested path.
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

/** Reads the body of an answer 402. `undefined`: the body has no well-formed offer of this scheme. */
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
