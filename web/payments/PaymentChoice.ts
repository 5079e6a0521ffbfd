import { type Address, isAddress } from 'viem'

/** What the person has chosen about payments on one chain. */
export type PaymentChoice = {
  /** The wallet whose deposit pays. `undefined`: the person has not decided to pay. */
  issuer: Address | undefined
  /** The highest price that the person has accepted, in wei for a byte. */
  maxWeiPerByte: bigint
  /** The most that this browser pays in all, in wei. `undefined`: the whole deposit. */
  limitWei: bigint | undefined
}

export const noChoice: PaymentChoice = { issuer: undefined, maxWeiPerByte: 0n, limitWei: undefined }

const maxWei = 2n ** 96n

/** Reads a stored choice. A choice that cannot be read is no choice, because the person can choose again. */
export function parse(text: string | null): PaymentChoice {
  try {
    const { issuer, maxWeiPerByte, limitWei } = JSON.parse(text ?? '{}')
    if (typeof issuer !== 'string' || !isAddress(issuer)) return noChoice
    return {
      issuer,
      maxWeiPerByte: amountOf(maxWeiPerByte) ?? 0n,
      // A limit that cannot be read must not become “no limit”.
      limitWei: limitWei === undefined ? undefined : (amountOf(limitWei) ?? 0n),
    }
  } catch {
    return noChoice
  }
}

export const encode = ({ issuer, maxWeiPerByte, limitWei }: PaymentChoice): string =>
  JSON.stringify({
    issuer,
    maxWeiPerByte: `${maxWeiPerByte}`,
    ...(limitWei !== undefined && { limitWei: `${limitWei}` }),
  })

function amountOf(value: unknown): bigint | undefined {
  if (typeof value !== 'string' || !/^\d{1,30}$/.test(value)) return undefined
  const amount = BigInt(value)
  return amount < maxWei ? amount : undefined
}
