import { isAddressEqual, type PublicClient } from 'viem'
import { readCandidates } from '../chain/StreamDirectory'
import { trackersOf } from '../chain/trackers'
import { Seeds, type SeedsOptions } from '../seed/Seeds'

/** Makes the relay a member of the viewers' room of each stream that it works on. Finds the other trackers on the chain. */
export const startSeeds = ({ client, ...options }: Omit<SeedsOptions, 'otherTrackers'> & { client: PublicClient }) =>
  new Seeds({
    ...options,
    async otherTrackers(jobId) {
      const candidates = (await readCandidates(client, jobId)) ?? []
      return trackersOf(candidates.filter(({ address }) => !isAddressEqual(address, options.signer.address)))
    },
  })
