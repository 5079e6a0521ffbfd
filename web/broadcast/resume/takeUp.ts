import { StreamId } from '@lp/contracts/protocol'
import { isAddressEqual, type PublicClient } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import type { Transact } from '../../act/useTransact'
import type { Problem } from '../../ui/Problem'
import { jobCall } from '../JobTerms'
import { missingDeposit } from '../offer'
import type { PostedJob } from '../postJob'
import type { StoredBroadcast } from './StoredBroadcast'
import { unseal } from './sealedKey'

/** The job of a stored broadcast. Sends no transaction. Throws `LostKeyError`. */
export async function takeUp(
  stored: StoredBroadcast,
  { client, transact }: { client: PublicClient; transact: Transact },
): Promise<PostedJob> {
  const { jobId, streamId, chainId, broadcaster, terms, offer, liveSinceMs, acknowledged } = stored
  const missing = () => missingDeposit(client, { broadcaster, depositWei: offer.depositWei })
  return {
    ...{ jobId, streamId, terms, streamKey: await openKey(stored), seal: async () => stored.streamKey },
    broadcast: {
      ...{ jobId, streamId, chainId, broadcaster, startedAtMs: liveSinceMs, segments: acknowledged.segments },
      ...{ depositWei: offer.depositWei, networkWei: 0n, final: undefined, isReleased: false },
    },
    postAgain: async () =>
      void (await transact({ ...jobCall(chainId, { streamId, ...terms }), value: await missing() })),
  }
}

/** Throws `LostKeyError`. */
export async function openKey({
  streamKey,
  streamId,
}: Pick<StoredBroadcast, 'streamKey' | 'streamId'>): Promise<PrivateKeyAccount> {
  try {
    const key = privateKeyToAccount(await unseal(streamKey))
    if (isAddressEqual(key.address, StreamId.origin(streamId))) return key
  } catch (cause) {
    throw new LostKeyError({ cause })
  }
  throw new LostKeyError()
}

export class LostKeyError extends Error {
  override readonly name = 'takeUp.LostKeyError'
  readonly problem: Problem = {
    sentence: 'This browser has lost the key of your broadcast, so the stream cannot go on.',
    nextStep: 'End the job under “Your broadcasts”, and start a new broadcast.',
  }
  constructor(options?: ErrorOptions) {
    super('The stored stream key cannot be read.', options)
  }
}
