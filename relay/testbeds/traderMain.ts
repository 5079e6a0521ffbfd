import { appendFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { contractsOn } from '@lp/contracts/deployments'
import type { Cheque } from '@lp/contracts/protocol'
import { localChainId } from '@lp/contracts/script/deploy'
import { type Address, createPublicClient, createWalletClient, type Hex, http, isAddressEqual, parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { BlockRunner } from '../src/chain/BlockRunner'
import { chequebookChain } from '../src/chain/chequebookChain'
import { followChequebook } from '../src/chain/followChequebook'
import { Sender } from '../src/chain/Sender'
import type { Party, PartyLink } from '../src/mesh/Accounting'
import { fromBits, toBits } from '../src/mesh/capabilities'
import { type Message, version } from '../src/mesh/wire'
import { Cashier } from '../src/payment/Cashier'
import { defaultPolicy } from '../src/payment/cashing'
import { decode } from '../src/payment/messages'
import { Payments } from '../src/payment/Payments'
import { freeTerms } from '../src/payment/Terms'
import { EntryFiles } from '../src/storage/EntryFiles'
import { randomFrom } from './fuzz'
import { Line } from './Line'
import type { ViewerKeys } from './payingViewer'
import { budget, paidTerms, pieceBytes, pieceMs } from './payments'

/** `startedAtMs`: Unix time at which the clock of the payments showed 0. It runs `speed` times as fast as the clock of the machine. */
export type TraderTask = {
  role: 'relay' | 'viewer'
  rpcUrl: string
  /** The directory of the cheques and of the journal. */
  directory: string
  port: number
  weiPerByte: string
  seed: number
  clock: { startedAtMs: number; speed: number }
  /** The relay has no session key. */
  keys: Pick<ViewerKeys, 'account'> & Partial<ViewerKeys>
}

/** `listens`: the relay takes connections. `played`: the viewer has checked a piece. `paused` and `books`: answers to `TraderCommand`. */
export type TraderSaid = { type: 'listens' | 'played' } | ({ type: 'paused' | 'books' } & TraderBooks)

/** `balance`: the debt of the other side, in wei. `promised`: of all cheques that we have written or hold, in wei. */
export type TraderBooks = { balance: string; promised: string }

/**
 * `pause`: the viewer requests no further pieces, and answers when no request and no cheque is on its way. `cash`: the relay cashes all cheques,
 * and answers.
 */
export type TraderCommand = 'pause' | 'resume' | 'books' | 'cash'

/** The events in a journal: the `cumulative` of a cheque, the bytes of a piece, or the text of a fault. */
export type Entry = { event: 'sent' | 'earned' | 'checked' | 'fault'; value: string }

const streamId: Hex = `0x${'51'.repeat(32)}`
const capabilities = ['payments'] as const

/** The program of `createTrader`: a relay that sells pieces to one viewer, or this viewer. */
async function main({ role, rpcUrl, directory, port, weiPerByte, seed, clock, keys }: TraderTask): Promise<void> {
  const random = randomFrom(seed)
  const nowMs = () => (Date.now() - clock.startedAtMs) * clock.speed
  const unixMs = () => clock.startedAtMs + nowMs()
  // A written line survives the end of the process.
  const note = (event: Entry['event'], value: string) =>
    appendFileSync(join(directory, 'journal'), `${JSON.stringify({ event, value } satisfies Entry)}\n`)
  const say = (said: TraderSaid) => void process.send?.(said)

  const client = createPublicClient({ chain: anvil, transport: http(rpcUrl), pollingInterval: 100 })
  const account = privateKeyToAccount(keys.account)
  const sender = new Sender({
    client,
    wallet: createWalletClient({ account, chain: anvil, transport: http(rpcUrl) }),
  })
  const domain: Cheque.Domain = { chainId: localChainId, chequebook: contractsOn(localChainId).chequebook.address }
  const price = BigInt(weiPerByte)
  const cashier = await Cashier.open({
    ...{ domain, nowMs: unixMs, store: await EntryFiles.open(join(directory, 'payments')) },
    chain: chequebookChain({ chainId: localChainId, client, sender }),
    policy: { ...defaultPolicy, gasFactor: 5n },
    key: keys.sessionKey && {
      ...{ issuer: account.address, signer: privateKeyToAccount(keys.sessionKey) },
      ...{ cap: BigInt(keys.cap ?? 0), expiry: BigInt(keys.expiry ?? 0) },
    },
    isOurs: ({ beneficiary, splitBps }) => isAddressEqual(beneficiary, account.address) && splitBps === 0,
  })
  const paid = { ...paidTerms, weiPerByte: price, maxDebtWei: paidTerms.maxDebtWei * price }
  const payments = new Payments({
    ...{ terms: role === 'relay' ? paid : freeTerms, domain, signer: account, cashier, nowMs, unixMs },
    ...(role === 'viewer' && {
      budget: { ...budget, maxWeiPerByte: price, maxWeiPerMinute: parseEther('1'), maxWei: parseEther('1') },
    }),
  })
  cashier.on('fault', ({ message }) => note('fault', message))
  payments.on('event', (party, event) => {
    if (event.type === 'fault') note('fault', event.error.message)
    if (event.type === 'earned') note('earned', `${cashier.heldOf(party)}`)
  })
  followChequebook(client, {
    issuers: () => cashier.issuers,
    onChange: (issuer) => void cashier.issuerChanged(issuer),
    onFault: ({ message }) => note('fault', message),
  })
  new BlockRunner({ client, act: () => cashier.review(), onFault: ({ message }) => note('fault', message) }).start()

  let other: Address | undefined
  const books = (): TraderBooks => {
    const name = other?.toLowerCase() ?? ''
    const promised = role === 'relay' ? cashier.heldOf(name) : cashier.promisedTo(name)
    return { balance: `${payments.balanceOf(name)}`, promised: `${promised}` }
  }

  /** Meets the peer at the other end of the connection. `hear` gets its messages that are not about payments. */
  function open(
    socket: Socket,
    {
      onMet = () => {},
      askAgain = () => {},
      ...on
    }: Partial<Pick<PartyLink, 'askAgain'>> & {
      onMet?(party: Party, line: Line): void
      hear(message: Message, party: Party, line: Line): void
      onEnd(): void
    },
  ): void {
    let party: Party | undefined
    const link: PartyLink = {
      send(payment) {
        const message = decode(payment)
        if (message?.type === 'cheque') note('sent', `${message.cheque.cumulative}`)
        line.send({ type: 'payment', payment })
      },
      askAgain,
      ban: ({ message }) => note('fault', message),
    }
    const line = new Line(socket, {
      hear(message) {
        if (message.type === 'hello' && message.paymentKey) {
          other = message.paymentKey
          const isRelay = message.role === 'relay'
          party = {
            ...{ id: message.paymentKey, streamId, role: message.role, paymentKey: message.paymentKey },
            ...{ address: isRelay ? message.paymentKey : undefined, capabilities: fromBits(message.capabilities) },
          }
          payments.met(party, link)
          onMet(party, line)
        } else if (party && message.type === 'payment') payments.hear(party, message.payment)
        if (party) on.hear(message, party, line)
      },
      onEnd() {
        const left = party
        // WebRTC notices much later than TCP that the other side was killed. By then, the other side can have connected again.
        if (left) setTimeout(() => payments.left(left), random(2) * random(2_000))
        on.onEnd()
      },
    })
    line.send({
      ...{ type: 'hello', version, role, streamId, paymentKey: account.address },
      capabilities: toBits(capabilities),
    })
  }

  const pieceOf = (sequenceNumber: bigint) => ({ streamId, sequenceNumber, byteLength: pieceBytes })

  function sell(): void {
    const server = createServer((socket) =>
      open(socket, {
        hear(message, party, line) {
          if (message.type !== 'request') return
          const { requestId, sequenceNumber } = message
          const piece = pieceOf(sequenceNumber)
          if (!payments.maySend(party, piece)) return line.send({ type: 'reject', requestId, reason: 'unpaid' })
          line.send({ type: 'data', requestId, offset: 0, data: new Uint8Array(pieceBytes) })
          payments.sent(party, piece)
        },
        onEnd() {},
      }),
    )
    server.listen(port, '127.0.0.1', () => say({ type: 'listens' }))
    process.on('message', async ({ command }: { command: TraderCommand }) => {
      if (command === 'cash') await cashier.review({ isStopping: true })
      say({ type: 'books', ...books() })
    })
  }

  function buy(): void {
    let met: { party: Party; line: Line } | undefined
    let pause: 'no' | 'asked' | 'told' = 'no'
    let isAsking = false
    let isRefused = false
    let number = 0
    /** The time of the next request, on the clock of the payments. */
    let nextMs = nowMs()
    let timer: ReturnType<typeof setTimeout> | undefined

    /** Requests the next piece when it is time for it, or answers `pause`. Call this after each change. */
    function look(): void {
      clearTimeout(timer)
      if (!met || isAsking) return
      if (pause === 'asked' && !payments.paymentTo(met.party)) {
        pause = 'told'
        say({ type: 'paused', ...books() })
      }
      if (pause !== 'no' || isRefused) return
      const waitMs = (nextMs - nowMs()) / clock.speed
      if (waitMs > 0) {
        timer = setTimeout(look, waitMs)
        return
      }
      isAsking = true
      met.line.send({ type: 'request', requestId: ++number, streamId, sequenceNumber: BigInt(number) })
    }

    function join(): void {
      isRefused = false
      open(connect(port, '127.0.0.1'), {
        onMet(party, line) {
          met = { party, line }
        },
        askAgain() {
          isRefused = false
          look()
        },
        hear(message, party) {
          if (message.type === 'data') {
            isAsking = false
            // After a pause, the viewer catches up with at most ten pieces.
            nextMs = Math.max(nextMs + pieceMs, nowMs() - 10 * pieceMs)
            note('checked', `${pieceBytes}`)
            payments.received(party, pieceOf(BigInt(message.requestId)))
            payments.checked(party, pieceOf(BigInt(message.requestId)))
            say({ type: 'played' })
          } else if (message.type === 'reject') {
            isAsking = false
            isRefused = true
          }
          look()
        },
        onEnd() {
          met = undefined
          isAsking = false
          // Until the relay has started again, each attempt fails.
          setTimeout(join, 20)
        },
      })
    }

    join()
    process.on('message', ({ command }: { command: TraderCommand }) => {
      pause = command === 'pause' ? 'asked' : 'no'
      look()
    })
  }

  process.once('disconnect', () => process.exit())
  if (role === 'relay') sell()
  else buy()
}

void main(JSON.parse(process.argv[2] ?? ''))
