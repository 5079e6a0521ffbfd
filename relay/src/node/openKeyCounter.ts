import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import { type Cheque, StreamId } from '@lp/contracts/protocol'
import { isAddressEqual } from 'viem'
import { chequebookChain } from '../chain/chequebookChain'
import { domainOf } from '../chain/StreamDirectory'
import { KeyRing } from '../keys/KeyRing'
import { KeyShop } from '../keys/KeyShop'
import type { KeyDesk } from '../mesh/KeyTalk'
import { ChequeTill } from '../payment/ChequeTill'
import { EntryFiles } from '../storage/EntryFiles'
import type { KeyCounter } from '../transcoder/KeyCounter'
import type { RelayPaymentsOptions } from './openPayments'

/**
 * `counter` and `keys`: for the transcoder, which gets the epoch keys from the broadcasters. `keyDesk`: answers buyers, over WebRTC and
 * HTTP.
 */
export type OpenKeyCounter = { counter: KeyCounter; keys: KeyRing; keyDesk: KeyDesk }

/**
 * The key server of a relay: sells the keys of the streams that the relay transcodes, if their broadcasters have appointed it. The cheques
 * for keys pay the broadcasters, so they are kept apart from the cheques that pay the relay. Rejects with the errors of the file system, of
 * `ChequeTill.open` and of `KeyShop.open`.
 */
export async function openKeyCounter({
  client,
  chainId,
  account,
  directory,
  onFault,
}: Pick<RelayPaymentsOptions, 'client' | 'chainId' | 'account' | 'directory' | 'onFault'>): Promise<OpenKeyCounter> {
  const server = account.address
  const keys = new KeyRing()
  const store = await EntryFiles.open(join(directory, 'keys'))
  let shop: KeyShop | undefined
  const till = await ChequeTill.open({
    ...{ store, nowMs: Date.now },
    domain: { chainId, chequebook: contractsOn(chainId).chequebook.address },
    // Only the broadcasters cash these cheques, so there is no sender.
    chain: chequebookChain({ chainId, client }),
    isOurs: (channel) => shop?.isOurs(channel) ?? false,
  })
  /** By the StreamId of the source: the connection to the broadcaster. */
  const broadcasters = new Map<StreamId.StreamId, (cheque: Cheque.SignedCheque) => void>()
  const opened = await KeyShop.open({
    ...{ server, domain: domainOf(chainId), store, till, keys, onFault },
    onCheque: (cheque, streamId) => broadcasters.get(streamId)?.(cheque),
  })
  shop = opened
  const counter: KeyCounter = {
    async open({ price, servers }, tell) {
      const appointment = servers.find((appointed) => isAddressEqual(appointed.server, server))
      if (!appointment) return
      const streamId = StreamId.parse(price.streamId)
      broadcasters.delete(streamId)
      broadcasters.set(streamId, tell)
      for (const old of [...broadcasters.keys()].slice(0, -maxBroadcasters)) broadcasters.delete(old)
      await opened.offer({ price, appointment }).catch(onFault)
      // Perhaps an earlier connection broke before the broadcaster got all cheques.
      for (const cheque of opened.chequesOf(streamId)) tell(cheque)
    },
  }
  return { counter, keys, keyDesk: (question) => opened.answerBytes(question) }
}

const maxBroadcasters = 256
