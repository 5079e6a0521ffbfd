import {
  type Address,
  encodeAbiParameters,
  type Hex,
  isAddress,
  isAddressEqual,
  keccak256,
  parseSignature,
  signatureToCompactSignature,
  size,
  zeroAddress,
} from 'viem'
import { ProtocolError } from './errors'
import * as typedData from './typedData'

/** The cheques of a channel have the same issuer, beneficiary and split. */
export type Channel = {
  /** The account whose deposit pays. */
  issuer: Address
  /** The only account that can cash the cheques of the channel. It gets the wei, except the splitee's part. */
  beneficiary: Address
  /** A third account that gets a part of each payment. `zeroAddress` if the channel has no splitee. */
  splitee: Address
  /** The splitee's part in basis points: 1 to 10,000, or 0 without a splitee. */
  splitBps: number
}

/** A promise of the issuer to pay the beneficiary. Whitepaper, "Live Video Distribution". */
export type Cheque = Channel & {
  /** Sum of all payments in the channel so far, this payment included, in wei. */
  cumulative: bigint
}

export type SignedCheque = Cheque & {
  /** The signature of the issuer or of a session key of the issuer. If the issuer is a contract, it can be a signature for ERC-1271. */
  signature: Hex
}

export type Domain = typedData.ChequeDomain

/** The largest amount that the contract can store, in wei. */
export const maxAmount = 2n ** 96n - 1n
export const maxBps = 10_000
/** Signatures of keys have 65 bytes. Signatures for ERC-1271 can be longer. */
export const maxSignatureBytes = 4_096

/** The channel's split in the form of the contract's ABI: the splitee's address, then 16 bits with the basis points. */
export const splitOf = ({ splitee, splitBps }: Channel): bigint => (BigInt(splitee) << 16n) | BigInt(splitBps)

const channelParameters = [{ type: 'address' }, { type: 'address' }, { type: 'address' }, { type: 'uint16' }] as const

export const channelId = ({ issuer, beneficiary, splitee, splitBps }: Channel): Hex =>
  keccak256(encodeAbiParameters(channelParameters, [issuer, beneficiary, splitee, splitBps]))

/** The cheque that pays `amount` wei more than the previous cheque of the channel. Throws `AmountError`. */
export function next(previous: Cheque, amount: bigint): Cheque {
  const cumulative = previous.cumulative + amount
  if (amount < 1n || cumulative > maxAmount) throw new AmountError({ amount, cumulative })
  return { ...channelOf(previous), cumulative }
}

/** A cheque with the sum 0: it pays nothing. With this cheque, `next` makes the first cheque of a channel. */
export const first = (channel: Channel): Cheque => ({ ...channelOf(channel), cumulative: 0n })

export const hash = (cheque: Cheque, domain: Domain): Hex => typedData.hash('Cheque', messageOf(cheque), domain)

export async function sign(cheque: Cheque, signer: typedData.Signer, domain: Domain): Promise<SignedCheque> {
  assertValid(cheque)
  return { ...messageOf(cheque), signature: await signer.sign({ hash: hash(cheque, domain) }) }
}

/**
 * The address of the key that signed the cheque. `undefined` if no key can be recovered: the signature is malformed, or it is a signature
 * for ERC-1271. For a changed cheque, or for another domain, the result is usually an address without a meaning.
 */
export const recover = (cheque: SignedCheque, domain: Domain): Promise<Address | undefined> =>
  typedData.recover('Cheque', { message: messageOf(cheque), signature: cheque.signature, domain })

/**
 * Throws `ChannelError`, `AmountError` or `SignatureError` if no deposit and no signer can make the cheque valid. Checks neither
 * the signer nor the deposit.
 */
export function assertValid(cheque: Cheque & { signature?: Hex }): void {
  if (!isValidChannel(cheque)) throw new ChannelError(cheque)
  const { cumulative, signature } = cheque
  if (cumulative < 1n || cumulative > maxAmount) throw new AmountError({ amount: cumulative, cumulative })
  if (signature !== undefined && size(signature) > maxSignatureBytes) throw new SignatureError({ signature })
}

/** Whether cheques of the channel can be cashed. */
export function isValidChannel({ issuer, beneficiary, splitee, splitBps }: Channel): boolean {
  if (![issuer, beneficiary, splitee].every((address) => isAddress(address, { strict: false }))) return false
  const hasSplit = !isAddressEqual(splitee, zeroAddress)
  const isSplitValid = Number.isInteger(splitBps) && (hasSplit ? splitBps > 0 && splitBps <= maxBps : splitBps === 0)
  const hasEnds = !isAddressEqual(issuer, zeroAddress) && !isAddressEqual(beneficiary, zeroAddress)
  return isSplitValid && hasEnds && !isAddressEqual(issuer, beneficiary)
}

/** The splitee's part of a sum of payments, in wei, rounded down. */
export const partOf = ({ splitBps }: Pick<Channel, 'splitBps'>, amount: bigint): bigint =>
  (amount * BigInt(splitBps)) / BigInt(maxBps)

/**
 * Converts a cheque that a key has signed into the argument of `cash`, which is also an item of `cashBatch`. The result has the short form
 * of the signature (ERC-2098). `recover` must accept the signature.
 */
export function paymentOf(cheque: SignedCheque) {
  const { r, yParityAndS: vs } = signatureToCompactSignature(parseSignature(cheque.signature))
  return { issuer: cheque.issuer, split: splitOf(cheque), cumulative: cheque.cumulative, r, vs }
}

const channelOf = ({ issuer, beneficiary, splitee, splitBps }: Channel): Channel => ({
  ...{ issuer, beneficiary, splitee, splitBps },
})

const messageOf = (cheque: Cheque): Cheque => ({ ...channelOf(cheque), cumulative: cheque.cumulative })

export class ChannelError extends ProtocolError {
  override readonly name = 'Cheque.ChannelError'
  constructor({ issuer, beneficiary, splitee, splitBps }: Channel) {
    super('No cheque can be cashed in this channel.', {
      details: [
        `Issuer: ${issuer}`,
        `Beneficiary: ${beneficiary}`,
        `Splitee: ${splitee}`,
        `Basis points of the splitee: ${splitBps}`,
      ],
    })
  }
}

export class AmountError extends ProtocolError {
  override readonly name = 'Cheque.AmountError'
  constructor({ amount, cumulative }: { amount: bigint; cumulative: bigint }) {
    super('The amount of the cheque is out of bounds.', {
      details: [`Amount: ${amount} wei`, `Cumulative: ${cumulative} wei`, `Allowed: 1 to ${maxAmount} wei`],
    })
  }
}

export class SignatureError extends ProtocolError {
  override readonly name = 'Cheque.SignatureError'
  constructor({ signature }: { signature: Hex }) {
    super('The signature of the cheque is too long.', {
      details: [`Bytes: ${size(signature)}`, `Allowed: ${maxSignatureBytes}`],
    })
  }
}
