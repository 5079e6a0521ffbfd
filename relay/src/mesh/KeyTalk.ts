import { ProtocolError } from '@lp/contracts/protocol'
import { type Address, isAddressEqual } from 'viem'
import type { Peer } from './Peer'
import { TokenBucket } from './TokenBucket'
import type { Message } from './wire'

/** The port to our own key shop: answers a question of a viewer. `undefined`: we send no answer. Must not reject. */
export type KeyDesk = (question: Uint8Array) => Promise<Uint8Array | undefined>

type Question = { peer: Peer; answer(content: Uint8Array): void; fail(error: Error): void }

/**
 * For each question, a key server checks signatures and can write to its store. A viewer sends approximately one question in ten seconds.
 */
const questions = { perSecond: 1, burst: 10 }
const timeoutMs = 5_000

/** Sends our questions about keys to the key servers among our peers. If we are a key server, answers the questions of our peers. */
export class KeyTalk {
  readonly #desk: KeyDesk | undefined
  readonly #peers = new Map<Peer, TokenBucket>()
  readonly #open = new Map<number, Question>()
  #asked = 0

  constructor(desk: KeyDesk | undefined) {
    this.#desk = desk
  }

  add(peer: Peer): void {
    this.#peers.set(peer, new TokenBucket(questions))
  }

  remove(peer: Peer): void {
    this.#peers.delete(peer)
    for (const question of [...this.#open.values()])
      if (question.peer === peer) question.fail(new NoKeyServerError({ server: peer.address }))
  }

  /** Whether we are connected to a key server that has proven that this address is its own. */
  reaches(server: Address): boolean {
    return this.#find(server) !== undefined
  }

  /** Rejects with `NoKeyServerError` if the key server is not connected or does not answer, or with the reason of `signal`. */
  ask(server: Address, { content, signal }: { content: Uint8Array; signal: AbortSignal }): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const peer = this.#find(server)
      const failure = new NoKeyServerError({ server })
      if (!peer || signal.aborted) return reject(signal.aborted ? signal.reason : failure)
      const requestId = this.#asked++ >>> 0
      const end = (settle: () => void) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', abort)
        this.#open.delete(requestId)
        settle()
      }
      const abort = () => end(() => reject(signal.reason))
      const timer = setTimeout(() => end(() => reject(failure)), timeoutMs)
      signal.addEventListener('abort', abort)
      this.#open.set(requestId, {
        peer,
        answer: (answer) => end(() => resolve(answer)),
        fail: (error) => end(() => reject(error)),
      })
      peer.send({ type: 'keyQuestion', requestId, content })
    })
  }

  /** Handles a message about keys. Returns `false` for all other messages. */
  receive(peer: Peer, message: Message): boolean {
    if (message.type === 'keyAnswer') {
      const question = this.#open.get(message.requestId)
      if (question?.peer === peer) question.answer(message.content.slice())
      return true
    }
    if (message.type !== 'keyQuestion') return false
    if (this.#desk && this.#peers.get(peer)?.take(1)) void this.#answer(peer, message, this.#desk)
    return true
  }

  async #answer(peer: Peer, { requestId, content }: Message & { type: 'keyQuestion' }, desk: KeyDesk): Promise<void> {
    const answer = await desk(content.slice())
    if (answer) peer.send({ type: 'keyAnswer', requestId, content: answer })
  }

  #find(server: Address): Peer | undefined {
    return [...this.#peers.keys()].find(
      ({ address, capabilities }) => address && isAddressEqual(address, server) && capabilities.has('sealed'),
    )
  }
}

export class NoKeyServerError extends ProtocolError {
  override readonly name = 'KeyTalk.NoKeyServerError'
  constructor({ server }: { server: Address | undefined }) {
    super('The key server of the stream does not answer. Wait a moment, or reload the page.', {
      details: [`Key server: ${server ?? 'unknown'}`],
    })
  }
}
