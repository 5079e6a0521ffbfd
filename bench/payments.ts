import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { type Cheque, PayloadTree, Segment, StreamId } from '../contracts/protocol'
import { Cashier } from '../relay/src/payment/Cashier'
import type { ChequebookChain } from '../relay/src/payment/ChequebookChain'
import { EntryFiles } from '../relay/src/storage/EntryFiles'
import { spread } from './transcode/segments'

const rounds = 10
/** The number of calls of each kind in a round. */
const samples = 50
const secondsPerCheque = 10
/** A segment of 1.5 Mbit/s. */
const segment = { seconds: 2, bytes: 375_000 }

const address = '0x00000000000000000000000000000000000000aa'
const domain: Cheque.Domain = { chainId: 31337, chequebook: address }
const expiry = 2n ** 40n

/** A chain whose answer is the same for each cheque and takes no time, so the benchmark measures only the work of viewer and relay. */
const chain: ChequebookChain = {
  factsOf: async () => ({
    account: { deposit: 10n ** 18n, withdrawal: 0n, withdrawableAt: 0n, bouncedAt: 0n },
    channel: { paid: 0n, hardDeposit: 0n, bouncedAt: 0n, decrease: 0n, decreasableAt: 0n },
    key: { cap: 10n ** 18n, spent: 0n, expiry },
    time: 0n,
  }),
  costOf: async () => 0n,
  cash: async () => [],
}

/**
 * Measures the CPU time that a cheque costs a viewer and a relay, and the CPU time of the checks that a viewer makes on each segment. The
 * viewer signs the cheque with a session key and stores it on disk. The relay checks the cheque and stores it on disk.
 */
export default async function payments(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'lp-bench-'))
  try {
    const trade = await openTrade(directory)
    const watch = await makeSegment()
    const figures = { sign: [] as number[], take: [] as number[], header: [] as number[], payload: [] as number[] }
    for (let round = 0; round <= rounds; round++) {
      const cheques: Cheque.SignedCheque[] = []
      // The kinds of calls alternate, so that a change of the machine's load changes all figures in the same way.
      const sign = await cpuMs(async () => void cheques.push(await trade.write()))
      const take = await cpuMs(() => trade.accept(cheques.shift() as Cheque.SignedCheque))
      const header = await cpuMs(watch.checkHeader)
      const payload = await cpuMs(watch.checkPayload)
      // In the first round, Node compiles the code.
      if (round === 0) continue
      for (const [name, value] of Object.entries({ sign, take, header, payload }))
        figures[name as keyof typeof figures].push(value)
    }
    print(figures)
  } finally {
    await rm(directory, { recursive: true })
  }
}

async function openTrade(directory: string) {
  const [issuer, signer, payee] = [newKey(), newKey(), newKey()]
  const shared = { domain, chain, isOurs: () => true, nowMs: () => 0 }
  const open = async (name: string) => EntryFiles.open(join(directory, name))
  const viewer = await Cashier.open({
    ...{ ...shared, store: await open('viewer') },
    key: { issuer: issuer.address, signer, cap: 10n ** 18n, expiry },
  })
  const relay = await Cashier.open({ ...shared, store: await open('relay'), key: undefined })
  const channel = { issuer: issuer.address, beneficiary: payee.address, splitee: zeroAddress, splitBps: 0 }
  return {
    write: () => viewer.write(channel, { amount: 1n, party: payee.address.toLowerCase() }),
    accept: (cheque: Cheque.SignedCheque) => relay.accept(cheque, issuer.address),
  }
}

async function makeSegment() {
  const streamKey = newKey()
  const data = Uint8Array.from({ length: segment.bytes }, (_, at) => (at * 2_654_435_761) >>> 24)
  const jobs = { chainId: 31337, jobsManager: address } as const
  const times = { startTimeMs: 0n, durationMs: segment.seconds * 1_000 }
  const place = { streamId: StreamId.random(streamKey.address), sequenceNumber: 0n }
  const signed = await Segment.sign({ ...place, ...times, dataHash: await PayloadTree.hash(data) }, streamKey, jobs)
  return {
    checkHeader: () => Segment.verify(signed, jobs),
    checkPayload: () => Segment.verifyPayload(signed, data),
  }
}

/** The CPU time of one call on all threads of this process, in milliseconds: the mean of `samples` calls. */
async function cpuMs(call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let sample = 0; sample < samples; sample++) await call()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1_000 / samples
}

function print({ sign, take, header, payload }: Record<'sign' | 'take' | 'header' | 'payload', number[]>): void {
  const checked = payload.map((ms, at) => ms + (header[at] as number))
  const both = sign.map((ms, at) => ms + (take[at] as number))
  const share = (values: readonly number[], seconds: number) => spread(values.map((ms) => ms / seconds / 10))
  console.log(`CPU time in ms, ${rounds} rounds of ${samples}: median (p95; min to max)`)
  console.log(`The viewer signs and stores a cheque: ${spread(sign)}`)
  console.log(`The relay checks and stores a cheque: ${spread(take)}`)
  console.log(`The viewer checks the header of a segment: ${spread(header)}`)
  console.log(`The viewer checks a payload of ${segment.bytes / 1_000} kB: ${spread(payload)}`)
  console.log(`\nShare of a core for one viewer, in percent`)
  console.log(
    `Cheques, one in ${secondsPerCheque} s, both sides together: ${share(both, secondsPerCheque)}; target: at most 1`,
  )
  console.log(`Checks of one level, a segment in ${segment.seconds} s: ${share(checked, segment.seconds)}`)
}

const newKey = () => privateKeyToAccount(generatePrivateKey())
