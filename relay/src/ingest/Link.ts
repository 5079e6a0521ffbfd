import type { ProtocolError } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Listenable } from '../mesh/Emitter'
import type { Message, Role } from '../mesh/wire'

/** What ingest needs of a mesh peer that has proven who it is. `mesh/Peer` is one. */
export type Link = Listenable<{ message: [message: Message]; close: [reason: ProtocolError | undefined] }> & {
  readonly role: Role
  /** Whose key signed the HELLO; `undefined` for a viewer. */
  readonly address: Address | undefined
  send(message: Message): void
  /** Resolves when the peer takes more; rejects when it is gone. */
  ready(): Promise<void>
  close(reason?: ProtocolError): void
}
