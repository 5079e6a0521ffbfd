import { Assignment, Hello } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import { trackersOf } from '../src/chain/trackers'
import * as IngestRoom from '../src/ingest/room'
import { greet } from '../src/mesh/greet'
import type { Message } from '../src/mesh/wire'
import { domain, newTransport } from './newTransport'
import type { PostedJob } from './startNode'

/** A broadcaster that signs parts and creates its own messages, so it can send false messages. It assigns its job to the relay. */
export async function connectByHand(
  { jobId, streamId, streamKey, candidates }: PostedJob,
  { transcoder }: { transcoder: Address },
) {
  const room = newTransport().join({ infoHash: IngestRoom.infoHash(streamId), trackers: trackersOf(candidates) })
  const [channel] = await room.next('channel')
  const peer = await greet(channel, {
    ...{ streamId, role: 'broadcaster', capabilities: ['parts'], isRelay: () => true },
    sign: (hello) => Hello.sign(hello, streamKey, domain),
    recover: (hello, signature) => Hello.recover(hello, signature, domain),
  })
  const messages: Message[] = []
  let arrived = () => {}
  peer.on('message', (message) => {
    messages.push(message)
    arrived()
  })

  /** Waits for the next message of this type. */
  async function answer<Type extends Message['type']>(type: Type): Promise<Extract<Message, { type: Type }>> {
    for (;;) {
      const index = messages.findIndex((message) => message.type === type)
      if (index >= 0) return messages.splice(index, 1)[0] as Extract<Message, { type: Type }>
      await new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
  }

  const { renditionKey } = (await answer('acceptance')).acceptance
  const terms = { jobId, streamId, transcoder, renditionKey, fromSequence: 0n }
  peer.send({ type: 'assignment', assignment: await Assignment.sign(terms, streamKey, domain) })
  return { peer, answer, leave: () => room.leave() }
}
