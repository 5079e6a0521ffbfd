import type { Publisher } from 'lp-relay'
import { logOf } from 'lp-relay/log'
import type { Address, Hex, PublicClient } from 'viem'
import { type Funds, readFunds } from './Funds'

const log = logOf('broadcast')
const askAgainAfterMs = 3_000

export type FollowFundsOptions = {
  jobId: Hex
  broadcaster: Address
  publisher: Pick<Publisher, 'assignments' | 'progress'>
  signal: AbortSignal
  onFunds(funds: Funds): void
}

/**
 * Reads the funds of a live job now and every three seconds, until `signal` aborts. After a failed read, the last funds stay valid: the page
 * subtracts the work that is acknowledged in the meantime.
 */
export function followFunds(
  client: PublicClient,
  { jobId, broadcaster, publisher, signal, onFunds }: FollowFundsOptions,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  async function look() {
    const { assignments, progress } = publisher
    const { transcoder } = progress
    try {
      const funds = transcoder && (await readFunds(client, { jobId, broadcaster, transcoder, assignments }))
      if (funds && !signal.aborted) onFunds(funds)
    } catch (error) {
      log.debug('funds not read', () => ({ error }))
    }
    if (!signal.aborted) timer = setTimeout(() => void look(), askAgainAfterMs)
  }
  signal.addEventListener('abort', () => clearTimeout(timer))
  void look()
}
