import { Claim, ClaimState, Verdict } from '@lp/contracts/protocol'
import { parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeCheat } from '../../testbeds/cheats'
import { startScene } from '../../testbeds/claimed'
import { damaged, streamOf } from '../../testbeds/corpus'
import { configureLog, parseSpec } from '../log'
import type { Ffmpeg } from '../transcoder/Ffmpeg'
import { findFfmpeg } from '../transcoder/findFfmpeg'

const verifierBond = parseEther('100')
const numberOf = (status: ClaimState.Status) => ClaimState.statusNames.indexOf(status)

let scene: Awaited<ReturnType<typeof startScene>>
let honest: Ffmpeg
let sources: Uint8Array[]
beforeAll(async () => {
  ;[scene, honest] = await Promise.all([startScene(), findFfmpeg()])
  sources = streamOf(4)
})
afterAll(() => scene.stop())

describe('a verifier', () => {
  it('does not start with a key that is not the verifier’s', async () => {
    const stranger = privateKeyToAccount(generatePrivateKey())
    await expect(scene.startVerifier(stranger)).rejects.toThrow('This key is not the network’s verifier.')
  })

  it('bonds, finds requests that are older than its start, and answers each request once', async () => {
    const { claim } = await scene.claim(honest, sources.slice(0, 3))
    const { claim: black } = await scene.claim(
      await findFfmpeg({ LP_FFMPEG: await writeCheat('a black segment') }),
      sources.slice(0, 1),
    )
    await scene.run()
    const first = await scene.startVerifier()
    expect(await scene.verdict(claim, 0n)).toBe('Valid')
    // The first verifier stops in the middle of its work. The second verifier finds on chain the requests without a verdict.
    await first.close()
    const second = await scene.startVerifier()
    for (const sequenceNumber of [1n, 2n]) expect(await scene.verdict(claim, sequenceNumber)).toBe('Valid')
    expect(await scene.verdict(black, 0n)).toBe('Invalid')

    const { claimsManager } = scene.by('owner')
    expect(await claimsManager.read.getClaim([Claim.id(claim)])).toMatchObject({ passed: 3n, slashed: false })
    expect(await claimsManager.read.getClaim([Claim.id(black)])).toMatchObject({
      state: numberOf('Refunded'),
      slashed: true,
    })
    const events = await claimsManager.getEvents.VerdictReported({}, { fromBlock: 0n })
    expect(events).toHaveLength(4)
    await second.close()
  })

  it('blames only the broadcaster for a damaged source, and reports no verdict after the verdict deadline', async () => {
    const [signed] = damaged(1)
    if (!signed) expect.unreachable()
    const { claimsManager } = scene.by('owner')
    const { claim: late } = await scene.claim(honest, sources.slice(0, 1))
    const { verdictDeadline } = await claimsManager.read.getClaim([Claim.id(late)])
    await scene.local.mine(Number(verdictDeadline - (await scene.local.chain.getBlockNumber({ cacheTime: 0 }))))
    const { claim } = await scene.claim(honest, sources.slice(0, 1), { signed })
    const verifier = await scene.startVerifier()
    expect(await scene.verdict(claim, 0n)).toBe('InputInvalid')
    expect(await claimsManager.read.getClaim([Claim.id(claim)])).toMatchObject({
      ...{ state: numberOf('Open'), slashed: false, challenged: 1n, passed: 1n, brokenInputs: 1n },
    })
    const request = await claimsManager.read.getRequest([Claim.id(late), 0n])
    expect(Verdict.fromNumber(request.verdict)).toBeUndefined()
    await expect.poll(async () => (await status(verifier.url)).verifier.verdicts).toEqual({ InputInvalid: 1 })
    await verifier.close()
  })

  it('reports a verdict again when the chain has refused it', async () => {
    const { by, key, local } = scene
    const { bondingManager } = by('verifier')
    const refused = new Promise<void>((resolve) =>
      configureLog({
        spec: parseSpec('info'),
        write: ({ error }) => {
          if (error?.message.includes('refused report: InsufficientBond')) resolve()
        },
      }),
    )
    const verifier = await scene.startVerifier(key)
    await local.mined(bondingManager.write.unbond([1n]))
    const { claim } = await scene.claim(honest, sources.slice(0, 1))
    await scene.run()
    await refused
    await local.mined(bondingManager.write.rebond([0n, key.address]))
    expect(await scene.verdict(claim, 0n)).toBe('Valid')
    expect(await status(verifier.url)).toMatchObject({ faults: [{ room: 'verifier', kind: 'Sender.RevertError' }] })
    await verifier.close()

    // A verifier that starts with too little own stake bonds the missing part.
    await local.mined(bondingManager.write.unbond([1n]))
    await local.mined(by('owner').livepeerToken.write.transfer([key.address, 1n]))
    const next = await scene.startVerifier(key)
    expect((await bondingManager.read.selfStakeOf([key.address]))[0]).toBe(verifierBond)
    await next.close()
  })

  it('reports missing payloads only when the deadline is near', async () => {
    const { claim } = await scene.claim(honest, sources.slice(3), { keep: false })
    const { verdictDeadline } = await scene.by('owner').claimsManager.read.getClaim([Claim.id(claim)])
    const verifier = await scene.startVerifier()
    await expect
      .poll(async () => (await status(verifier.url)).verifier.waiting)
      .toMatchObject([{ sequenceNumber: '0' }])
    await scene.local.mine(Number(verdictDeadline - (await scene.local.chain.getBlockNumber())) - 12)
    expect(await scene.verdict(claim, 0n)).toBe('Unavailable')
    await expect
      .poll(async () => await status(verifier.url))
      .toMatchObject({
        ...{ roles: ['verifier'], address: scene.key.address, verifier: { waiting: [], verdicts: { Unavailable: 1 } } },
      })
    expect(await (await fetch(`${verifier.url}/metrics`)).text()).toContain(
      'lp_verdicts_total{verdict="Unavailable"} 1',
    )
    expect(await (await fetch(`${verifier.url}/healthz`)).text()).toBe('ok\n')
    await verifier.close()
  })
})

const status = async (url: string) => (await fetch(`${url}/status`)).json()
