import type { Address } from 'viem'
import type { Listenable } from '../mesh/Emitter'
import type { Message } from '../mesh/wire'

/** What ingest needs of a mesh peer that has proven who it is. `mesh/Peer` is one. */
export type Link = Listenable<{ message: [message: Message]; close: [reason: Error | undefined] }> & {
  readonly role: 'viewer' | 'relay' | 'broadcaster'
  /** Whose key signed the HELLO; `undefined` for a viewer. */
  readonly address: Address | undefined
  send(message: Message): void
  /** Resolves when the peer takes more, or is gone. */
  ready(): Promise<void>
  close(reason?: Error): void
}
