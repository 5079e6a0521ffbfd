import { isAddressEqual, type PublicClient } from 'viem'
import { readCandidates } from '../chain/StreamDirectory'
import { trackersOf } from '../chain/trackers'
import { Seeds, type SeedsOptions } from '../seed/Seeds'

type StartOptions = Omit<SeedsOptions, 'otherTrackers'> & {
  client: PublicClient
  /** Trackers in addition to the trackers of the candidates. Default: none. */
  furtherTrackers?: readonly string[] | undefined
}

/**
 * Makes the relay a member of the viewers' mesh of each stream that it works on. Finds the trackers of the other candidates on the chain.
 */
export const startSeeds = ({ client, furtherTrackers, ...options }: StartOptions) =>
  new Seeds({
    ...options,
    async otherTrackers(jobId) {
      const candidates = (await readCandidates(client, jobId)) ?? []
      const others = candidates.filter(({ address }) => !isAddressEqual(address, options.signer.address))
      return trackersOf(others, { trackers: furtherTrackers })
    },
  })
