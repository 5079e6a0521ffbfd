import { type Address, type Hex, hashTypedData, recoverAddress, type TypedDataDomain } from 'viem'
import { type PrivateKeyAccount, sign as signHash } from 'viem/accounts'

/** The chain and the JobsManager that give every signature its meaning. */
export type Domain = { chainId: number; jobsManager: Address }

/** EIP-712 structs of the protocol. The Solidity twins in `src/types` carry the same type strings. */
export const types = {
  Segment: [
    { name: 'streamId', type: 'bytes32' },
    { name: 'sequenceNumber', type: 'uint64' },
    { name: 'startTimeMs', type: 'uint64' },
    { name: 'durationMs', type: 'uint32' },
    { name: 'dataHash', type: 'bytes32' },
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
  // viem ties message to primaryType statically; here each noun is the typed face, and this the one untyped seam.
  return hashTypedData({ domain: solidityDomain(domain), types, primaryType, message } as Parameters<
    typeof hashTypedData
  >[0])
}

/** Anything that signs a digest: a key in memory. Wallets never sign here, because a wallet pops up. */
export type Signer = Pick<PrivateKeyAccount, 'address'> & { sign(parameters: { hash: Hex }): Promise<Hex> }

/** The address whose key signed `message`; `undefined` when the signature is no signature at all. */
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

/** Signs with a raw private key. */
export const signDigest = (privateKey: Hex, digest: Hex): Promise<Hex> =>
  signHash({ hash: digest, privateKey, to: 'hex' })
