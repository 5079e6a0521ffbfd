import { TranscodingOptions } from '@lp/contracts/protocol'
import { localKey } from '@lp/contracts/script/deploy'
import { presets } from '@lp/contracts/script/presets'
import { type Address, createWalletClient, http, type PublicClient } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { anvil } from 'viem/chains'
import { expect, it } from 'vitest'
import { mineFast, reached, record } from '../../relay/testbeds/claims'
import {
  makeSegments,
  options,
  postJob,
  pricePerUnit,
  publish,
  startChain,
  startRelay,
} from '../../relay/testbeds/startNode'
import { lastingOf, readFunds } from './Funds'
import { withFine } from './offer'

const perSecondWei = pricePerUnit * TranscodingOptions.unitsPerSecond(options)
const { claimIntervalSeconds, candidateCount, inputFinePercent } = presets.local
const offer = { perHourWei: perSecondWei * 3_600n, inputFinePercent }

it('the deposit lasts until the relay refuses a segment: the free deposit pays 12 s, and the relay’s part of the reserve 60 s', async () => {
  const chain = await startChain()
  const relay = await startRelay(chain)
  const miner = await mineFast(chain)
  const account = privateKeyToAccount(localKey(6))
  const broadcaster = createWalletClient({ account, chain: anvil, transport: http(chain.rpcUrl) })
  const reserve = withFine(perSecondWei * claimIntervalSeconds, inputFinePercent) * candidateCount
  const job = await postJob(
    { ...chain, broadcaster },
    { value: reserve + withFine(perSecondWei * 12n, inputFinePercent) },
  )
  const { publisher, leave } = publish(job)
  await reached(publisher, ({ phase }) => phase === 'assigned')
  const look = async () => {
    const { assignments, progress } = publisher
    const facts = { jobId: job.jobId, broadcaster: account.address, transcoder: progress.transcoder as Address }
    const funds = await readFunds(chain.client as PublicClient, { ...facts, assignments })
    return { ...lastingOf(funds, offer, progress.acknowledgedMs), claimedMs: funds.claimedMs }
  }
  const segments = makeSegments(6)
  const seen = [await look()]
  for (let count = 6; count <= 36; count += 6) {
    record(publisher, segments)
    await reached(publisher, ({ acknowledged }) => acknowledged === count)
    seen.push(await look())
  }
  expect(seen.map(({ leftMs }) => leftMs)).toEqual([72_000, 60_000, 48_000, 36_000, 24_000, 12_000, 0])
  // Some of the numbers were read after a claim.
  expect(seen.at(-1)?.claimedMs).toBeGreaterThan(0n)
  record(publisher, segments.slice(0, 1))
  const { refusal, acknowledged } = await reached(publisher, ({ refused }) => refused === 1)
  expect([refusal?.code, acknowledged]).toEqual(['assertPayable.UnpayableError', 36])
  await publisher.stop()
  leave()
  await relay.close()
  miner.stop()
  await chain.stop()
})
