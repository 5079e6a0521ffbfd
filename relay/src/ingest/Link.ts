import type { ProtocolError } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { Capability } from '../mesh/capabilities'
import type { Listenable } from '../mesh/Emitter'
import type { Message, Role } from '../mesh/wire'

/** The part of a mesh peer that ingest needs. `mesh/Peer` implements it. */
export type Link = Listenable<{ message: [message: Message]; close: [reason: ProtocolError | undefined] }> & {
  readonly role: Role
  /** The key that proved the role in HELLO; `undefined` for a viewer. */
  readonly address: Address | undefined
  readonly capabilities: ReadonlySet<Capability>
  send(message: Message): void
  /** Resolves when the peer can receive more messages. Rejects when the peer has left. */
  ready(): Promise<void>
  close(reason?: ProtocolError): void
}
