import type { StreamCover } from '@lp/contracts/protocol'
import type { Address, PublicClient } from 'viem'
import type { Transact } from '../act/useTransact'
import type { EarlyLink } from './early/EarlyLink'
import type { Offer } from './offer'
import type { BroadcastPreset } from './presets'
import type { BroadcastStore } from './resume/BroadcastStore'
import type { StoredBroadcast } from './resume/StoredBroadcast'
import type { SourceChoice } from './Source'

export type SessionOptions = {
  client: PublicClient
  transact: Transact
  broadcaster: Address
  stream: MediaStream
  preset: Pick<BroadcastPreset, 'options' | 'videoBitrate'>
  offer: Pick<Offer, 'pricePerUnit' | 'perHourWei' | 'depositWei' | 'inputFinePercent' | 'relays'>
  /** STUN and TURN servers. */
  iceServers: readonly RTCIceServer[]
  /** Whether viewers and relays may keep a recording. An early link has its own answer. */
  mayRecord: boolean
  /** The link that the person has shared before this broadcast. Default: none, so the stream gets a new key. */
  early?: EarlyLink | undefined
  /** The title and the poster of a new broadcast. Default: it has none. */
  cover?: Pick<StreamCover.Header, 'title' | 'poster'> | undefined
  /** Gets the bytes of all segments. Default: the page keeps no recording. */
  recording?: { write(data: Uint8Array): void; close(): void } | undefined
  /** The broadcast that goes on after a reload of the page. Undefined: the session posts the job of a new broadcast. */
  stored?: StoredBroadcast | undefined
  /** `undefined`: this browser stores nothing. Default: `openStore()`. */
  store?: BroadcastStore | undefined
  /** The camera or screen in use. After a reload, the page opens the same. */
  sourceChoice(): SourceChoice
  /** Whether the stream is shown among the live streams when it starts. Default: no. After a reload, the stored answer counts. */
  isListed?: boolean | undefined
  /** What viewers pay for a minute, in wei. 0: the stream is free. A paid stream is not stored, so a reload of the page ends it. */
  weiPerMinute: bigint
  /**
   * Called when the page does not need the camera and the microphone any more: after `stop`, and if the stream fails or is cancelled after
   * its capture has begun.
   */
  onCaptured(): void
  /**
   * The time that the page waits for an answer from the drawn transcoders, in milliseconds.
   * @defaultValue 40000
   */
  connectTimeoutMs?: number
}
