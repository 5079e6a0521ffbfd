import { type Address, type Hex, hashTypedData, recoverAddress, type TypedDataDomain } from 'viem'
import { type PrivateKeyAccount, sign as signHash } from 'viem/accounts'

/** The chain and the JobsManager for which a signature is valid. */
export type Domain = { chainId: number; jobsManager: Address }

/** EIP-712 structs of the protocol. The structs that a contract reads have Solidity twins in `src/types` with the same type strings. */
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
} as const

export type PrimaryType = keyof typeof types

const solidityDomain = ({ chainId, jobsManager }: Domain): TypedDataDomain => ({
  name: 'Livepeer',
  version: '1',
  chainId,
  verifyingContract: jobsManager,
})

/** EIP-712 digest of `message` in `domain`. */
export function hash(primaryType: PrimaryType, message: Record<string, unknown>, domain: Domain): Hex {
  // viem's types check that `message` fits `primaryType`. The modules that call this function already check this, so a cast is enough.
  return hashTypedData({ domain: solidityDomain(domain), types, primaryType, message } as Parameters<
    typeof hashTypedData
  >[0])
}

/** A key in memory that signs digests. A wallet cannot be used, because it asks its user for every signature. */
export type Signer = Pick<PrivateKeyAccount, 'address'> & { sign(parameters: { hash: Hex }): Promise<Hex> }

/** The address that signed `message`. `undefined` if `message` or `signature` is malformed. */
export async function recover(
  primaryType: PrimaryType,
  { message, signature, domain }: { message: Record<string, unknown>; signature: Hex; domain: Domain },
): Promise<Address | undefined> {
  try {
    return await recoverAddress({ hash: hash(primaryType, message, domain), signature })
  } catch {
    return undefined
  }
}

/** Signs a digest with a private key. */
export const signDigest = (privateKey: Hex, digest: Hex): Promise<Hex> =>
  signHash({ hash: digest, privateKey, to: 'hex' })
