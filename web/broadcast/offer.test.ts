import { contractsOn } from '@lp/contracts/deployments'
import { localChainId } from '@lp/contracts/script/deploy'
import { type LocalChain, startLocalChain } from '@lp/contracts/testbeds/localChain'
import { type PublicClient, parseEther } from 'viem'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOffer, NoTranscoderError } from './offer'
import { assertReachable, UnreachableDrawnError } from './startProblems'

const { bondingManager } = contractsOn(localChainId)
const options = { width: 640, height: 360, fps: 30, renditions: [{ height: 180, bitrate: 300_000 }] }

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

async function register(index: number, { uri, price, stake }: { uri: string; price: bigint; stake: string }) {
  const user = local.user(index)
  const amount = parseEther(stake)
  await local.mined(local.user(0).livepeerToken.write.transfer([user.address, amount]))
  await local.mined(user.livepeerToken.write.approve([bondingManager.address, amount]))
  await local.mined(user.bondingManager.write.bond([amount, user.address]))
  await local.mined(user.bondingManager.write.transcoder([price, 0n, 0n]))
  await local.mined(user.serviceRegistry.write.setServiceURI([uri]))
  await local.mined(user.bondingManager.write.transcodeAvailability([true]))
}

const offer = (protocol: string) => findOffer(local.chain as PublicClient, options, protocol)
const problemOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof NoTranscoderError ? error.problem : error),
  )

describe('findOffer', () => {
  it('says that the only transcoder has announced no address', async () => {
    await register(6, { uri: '', price: 1n, stake: '10' })
    expect(await problemOf(offer('http:'))).toMatchObject({
      sentence: 'This page cannot reach the only available transcoder, because its relay has no valid address.',
    })
    await local.mined(local.user(6).bondingManager.write.transcodeAvailability([false]))
  })

  it('says that a page from an https address cannot reach the only transcoder, whose relay has an http address', async () => {
    await register(1, { uri: 'http://relay.example:8935', price: 1n, stake: '10' })
    expect(await problemOf(offer('https:'))).toMatchObject({
      sentence: 'This page cannot reach the only available transcoder, because its relay has no https address.',
      nextStep: expect.stringContaining('Nothing was paid.'),
    })
    expect(await offer('http:')).toMatchObject({
      ...{ pricePerUnit: 1n, relays: ['http://relay.example:8935'], unreachable: 0 },
    })
  })

  it('takes the price from the transcoders that the page can reach, and counts the transcoders that it cannot reach', async () => {
    await register(2, { uri: 'https://small.example/', price: 5n, stake: '10' })
    await register(3, { uri: 'https://large.example', price: 7n, stake: '20' })
    await register(4, { uri: 'http://dear.example', price: 9n, stake: '20' })
    await register(5, { uri: 'no address', price: 2n, stake: '20' })
    expect(await offer('https:')).toMatchObject({
      ...{ pricePerUnit: 7n, relays: ['https://large.example', 'https://small.example'], unreachable: 2 },
    })
  })
})

describe('assertReachable', () => {
  const drawn = (...uris: (string | undefined)[]) =>
    uris.map((serviceUri) => ({ address: local.user(1).address, serviceUri }))

  it('accepts a draw with one relay that the page can reach', () => {
    expect(() => assertReachable(drawn('http://a.example', 'https://b.example'), 'https:')).not.toThrow()
    expect(() => assertReachable(drawn('http://a.example'), 'http:')).not.toThrow()
  })

  it('throws if the page cannot reach any drawn relay', () => {
    expect(() => assertReachable(drawn('http://a.example', undefined), 'https:')).toThrow(UnreachableDrawnError)
  })
})
