import {
  type Address,
  type Hex,
  hashTypedData,
  hexToBigInt,
  recoverAddress,
  size,
  slice,
  type TypedDataDomain,
} from 'viem'
import { type PrivateKeyAccount, sign as signHash } from 'viem/accounts'

/** The chain and the JobsManager for which a signature is valid. */
export type Domain = { chainId: number; jobsManager: Address }

/** The chain and the Chequebook for which a cheque, or another statement about payments, is valid. */
export type ChequeDomain = { chainId: number; chequebook: Address }

/** EIP-712 structs of the protocol. The structs that a contract reads are also in `src/types`, in Solidity, with the same type strings. */
export const types = {
  Segment: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'sequenceNumber', type: 'uint64' },
    { name: 'startTimeMs', type: 'uint64' },
    { name: 'durationMs', type: 'uint32' },
    { name: 'dataHash', type: 'bytes32' },
  ],
  Part: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'sequenceNumber', type: 'uint64' },
    { name: 'startTimeMs', type: 'uint64' },
    { name: 'index', type: 'uint32' },
    { name: 'length', type: 'uint32' },
    { name: 'durationMs', type: 'uint32' },
    { name: 'prefixHash', type: 'bytes32' },
  ],
  StreamEnd: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'lastSequenceNumber', type: 'uint64' },
  ],
  StreamBinding: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'broadcaster', type: 'address' },
  ],
  Acceptance: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'streamId', type: 'bytes32' },
    { name: 'renditionKey', type: 'address' },
    { name: 'fromSequence', type: 'uint64' },
  ],
  Assignment: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'streamId', type: 'bytes32' },
    { name: 'transcoder', type: 'address' },
    { name: 'renditionKey', type: 'address' },
    { name: 'fromSequence', type: 'uint64' },
  ],
  TranscodeReceipt: [
    { name: 'jobId', type: 'bytes32' },
    { name: 'streamId', type: 'bytes32' },
    { name: 'sequenceNumber', type: 'uint64' },
    { name: 'dataHash', type: 'bytes32' },
    { name: 'transcodedDataHash', type: 'bytes32' },
    { name: 'broadcasterSignature', type: 'bytes' },
  ],
  Hello: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'localFingerprint', type: 'string' },
    { name: 'remoteFingerprint', type: 'string' },
    { name: 'role', type: 'string' },
    { name: 'capabilities', type: 'uint64' },
    { name: 'paymentKey', type: 'address' },
  ],
  WebSocketHello: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'localNonce', type: 'bytes32' },
    { name: 'remoteNonce', type: 'bytes32' },
    { name: 'serviceUri', type: 'string' },
    { name: 'role', type: 'string' },
    { name: 'capabilities', type: 'uint64' },
    { name: 'paymentKey', type: 'address' },
  ],
  Sponsorship: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'sponsor', type: 'address' },
    { name: 'maxWeiPerByte', type: 'uint96' },
    { name: 'expiry', type: 'uint64' },
  ],
  Admission: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'viewer', type: 'address' },
    { name: 'number', type: 'uint32' },
    { name: 'capBytes', type: 'uint64' },
    { name: 'expiry', type: 'uint64' },
  ],
  Acknowledgement: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'acknowledger', type: 'address' },
    { name: 'uploader', type: 'address' },
    { name: 'bytes', type: 'uint64' },
  ],
  PayeeHello: [
    { name: 'serviceUri', type: 'string' },
    { name: 'payee', type: 'address' },
  ],
  PayerHello: [
    { name: 'serviceUri', type: 'string' },
    { name: 'payer', type: 'address' },
    { name: 'challenge', type: 'bytes32' },
  ],
  StreamPrice: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'beneficiary', type: 'address' },
    { name: 'weiPerSegment', type: 'uint96' },
  ],
  StreamCover: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'title', type: 'string' },
    { name: 'poster', type: 'string' },
  ],
  StreamListing: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'jobId', type: 'bytes32' },
    { name: 'startedAtMs', type: 'uint64' },
    { name: 'isListed', type: 'bool' },
    { name: 'signedAtMs', type: 'uint64' },
  ],
  KeyServer: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'server', type: 'address' },
    { name: 'splitBps', type: 'uint16' },
    { name: 'until', type: 'uint64' },
  ],
  KeyRequest: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'epoch', type: 'uint64' },
    { name: 'server', type: 'address' },
    { name: 'issuer', type: 'address' },
    { name: 'publicKey', type: 'bytes' },
  ],
  Cheque: [
    { name: 'issuer', type: 'address' },
    { name: 'beneficiary', type: 'address' },
    { name: 'splitee', type: 'address' },
    { name: 'splitBps', type: 'uint16' },
    { name: 'cumulative', type: 'uint96' },
  ],
} as const

export type PrimaryType = keyof typeof types

/** The types of statements about payments. */
type PaymentType = 'Cheque' | 'Sponsorship' | 'Admission' | 'Acknowledgement' | 'PayeeHello' | 'PayerHello'

/** The domain of the signatures of a type: statements about payments are valid for the Chequebook, all other types for the JobsManager. */
export type DomainOf<type extends PrimaryType> = type extends PaymentType ? ChequeDomain : Domain

const solidityDomain = (domain: Domain | ChequeDomain): TypedDataDomain => ({
  name: 'Livepeer',
  version: '1',
  chainId: domain.chainId,
  verifyingContract: 'chequebook' in domain ? domain.chequebook : domain.jobsManager,
})

/** EIP-712 digest of `message` in `domain`. */
export function hash<type extends PrimaryType>(
  primaryType: type,
  message: Record<string, unknown>,
  domain: DomainOf<type>,
): Hex {
  // viem's types check that `message` fits `primaryType`. The modules that call this function already check this, so a cast is enough.
  return hashTypedData({ domain: solidityDomain(domain), types, primaryType, message } as Parameters<
    typeof hashTypedData
  >[0])
}

/** A key in memory that signs digests. A wallet cannot be used, because it asks its user for every signature. */
export type Signer = Pick<PrivateKeyAccount, 'address'> & { sign(parameters: { hash: Hex }): Promise<Hex> }

/** The address that signed `message`. `undefined` if `message` or `signature` is malformed. */
export async function recover<type extends PrimaryType>(
  primaryType: type,
  { message, signature, domain }: { message: Record<string, unknown>; signature: Hex; domain: DomainOf<type> },
): Promise<Address | undefined> {
  try {
    if (!isCanonical(signature)) return undefined
    return await recoverAddress({ hash: hash(primaryType, message, domain), signature })
  } catch {
    return undefined
  }
}

/** Half of the order of the curve. */
const maxS = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n

/**
 * Whether the contracts accept the form of a signature: 65 bytes, `s` in the lower half of the curve order, `v` 27 or 28. viem accepts
 * more forms. If `recover` accepted them too, a cheater could give us signed messages that the contracts refuse later.
 */
const isCanonical = (signature: Hex): boolean =>
  size(signature) === 65 && hexToBigInt(slice(signature, 32, 64)) <= maxS && /1[bc]$/i.test(signature)

/** Signs a digest with a private key. */
export const signDigest = (privateKey: Hex, digest: Hex): Promise<Hex> =>
  signHash({ hash: digest, privateKey, to: 'hex' })
