import { contractsOn } from '@lp/contracts/deployments'
import {
  Acceptance,
  Assignment,
  Claim,
  Disclosure,
  PayloadTree,
  Recipe,
  Segment,
  StreamBinding,
  StreamId,
  TranscodeReceipt,
  Verdict,
} from '@lp/contracts/protocol'
import { startAnvil } from '@lp/contracts/script/anvil'
import { deploy, localChainId, localKey, localVerifier } from '@lp/contracts/script/deploy'
import { fundOperator } from '@lp/contracts/script/localChain'
import { connect } from '@lp/contracts/testbeds/localChain'
import { createTestClient, http, parseEther } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { domainOf } from '../src/chain/StreamDirectory'
import { startVerifier } from '../src/node/startVerifier'
import type { Ffmpeg } from '../src/transcoder/Ffmpeg'
import { ladder } from './corpus'
import { startGateway } from './gateway'
import { transcode } from './native'

const domain = domainOf(localChainId)
const { bondingManager, claimsManager } = contractsOn(localChainId)
const stake = parseEther('100')
const durationMs = 500
const people = { owner: 0, transcoder: 1, broadcaster: 2, verifier: localVerifier, rival: 4 } as const

/** Starts a chain on which every claimed segment is challenged, registers two transcoders with one gateway, and funds the verifier. */
export async function startScene() {
  const anvil = await startAnvil()
  const { rpcUrl } = anvil
  await deploy({ rpcUrl, deployerKey: localKey(people.owner), preset: 'local' })
  const local = connect(rpcUrl)
  const by = (who: keyof typeof people) => local.user(people[who])
  const { mined } = local
  const gateway = await startGateway()
  for (const who of ['transcoder', 'rival'] as const) {
    await mined(by('owner').livepeerToken.write.transfer([by(who).address, stake]))
    await mined(by(who).livepeerToken.write.approve([bondingManager.address, stake]))
    await mined(by(who).bondingManager.write.bond([stake, by(who).address]))
    await mined(by(who).serviceRegistry.write.setServiceURI([gateway.url]))
    await mined(by(who).bondingManager.write.transcoder([1n, 0n, 0n]))
    await mined(by(who).bondingManager.write.transcodeAvailability([true]))
  }
  const parameters = await by('owner').claimsManager.read.parameters()
  await local.callAsOwner({
    ...claimsManager,
    functionName: 'setParameters',
    args: [{ ...parameters, verificationRate: 1n }],
  })
  const key = privateKeyToAccount(localKey(localVerifier))
  await fundOperator({ rpcUrl, operator: key.address, stake })

  /** Transcodes and claims `sources`, seals the claim, and discloses every segment. Resolves to the claim. */
  async function claim(
    ffmpeg: Ffmpeg,
    sources: readonly Uint8Array[],
    {
      keep = true,
      signed,
    }: {
      /** Whether the gateway serves the payloads. */
      keep?: boolean
      /** The payload that the broadcaster signs instead of each source. */
      signed?: Uint8Array
    } = {},
  ) {
    const streamKey = privateKeyToAccount(generatePrivateKey())
    const renditionKey = privateKeyToAccount(generatePrivateKey())
    const streamId = StreamId.random(streamKey.address)
    const { address: broadcaster, jobsManager } = by('broadcaster')
    const binding = await StreamBinding.sign({ streamId, broadcaster }, streamKey, domain)
    const endBlock = (await local.chain.getBlockNumber()) + 1_000n
    await mined(jobsManager.write.job([streamId, ladder, 1n, endBlock, binding], { value: parseEther('1') }))
    await local.mine(2)
    const jobId = await jobsManager.read.latestJob([streamId])
    /** Assigns the stream to a drawn candidate, from the segment `fromSequence`. */
    const assign = async (who: 'transcoder' | 'rival', fromSequence: bigint) => {
      const { account } = by(who)
      const terms = { jobId, streamId, renditionKey: renditionKey.address, fromSequence }
      return {
        acceptance: await Acceptance.sign(terms, account, domain),
        assignment: await Assignment.sign({ ...terms, transcoder: account.address }, streamKey, domain),
      }
    }
    const { acceptance, assignment } = await assign('transcoder', 0n)

    const work: Claim.Work[] = []
    for (const [index, source] of sources.entries()) {
      const last = work.at(-1)
      const qps = Recipe.quantisersAfter(last ? { outputs: last.outputs, durationMs } : 'none', ladder)
      const { payloads, outputs } = await transcode(ffmpeg, { options: ladder, data: source, qps })
      const sequenceNumber = BigInt(index)
      const dataHash = await PayloadTree.hash(signed ?? source)
      const header = { streamId, sequenceNumber, startTimeMs: 0n, durationMs, dataHash }
      const segment = await Segment.sign(header, streamKey, domain)
      const transcodedDataHash = Recipe.transcodedDataHash(outputs)
      const message = { ...header, jobId, transcodedDataHash, broadcasterSignature: segment.signature }
      work.push({ segment, outputs, receipt: await TranscodeReceipt.sign(message, renditionKey, domain) })
      if (!keep) continue
      await gateway.payloads.put(header.dataHash, signed ?? source)
      for (const [rendition, data] of payloads.entries())
        await gateway.payloads.put((outputs[rendition] as Recipe.Output).dataHash, data)
    }
    const committed = Claim.create({ assignment, work, domain })
    const { claimsManager } = by('transcoder')
    const signatures = [acceptance.signature, assignment.signature] as const
    await mined(claimsManager.write.claimWork([committed.claim, 0n, ...signatures]))
    await local.mine(1)
    await mined(claimsManager.write.sealChallenges([committed.claim]))
    for (const { segment } of work) {
      const disclosure = Disclosure.create({ options: ladder, committed, sequenceNumber: segment.sequenceNumber })
      await mined(claimsManager.write.verify([committed.claim, disclosure]))
    }
    return { claim: committed.claim, assign }
  }

  /** Resolves with the verdict on a segment when the verdict is on chain. */
  async function verdict(claim: Claim.Claim, sequenceNumber: bigint): Promise<Verdict.Verdict> {
    const args = [Claim.id(claim), sequenceNumber] as const
    for (;;) {
      const request = await by('owner').claimsManager.read.getRequest(args)
      const verdict = Verdict.fromNumber(request.verdict)
      if (verdict) return verdict
      await new Promise<void>((resolve) => {
        const unwatch = local.chain.watchBlockNumber({
          onBlockNumber: () => {
            unwatch()
            resolve()
          },
        })
      })
    }
  }

  return {
    ...{ rpcUrl, local, by, gateway, claim, verdict, key },
    /** From now on, the chain mines a block each second. */
    run: () => createTestClient({ mode: 'anvil', transport: http(rpcUrl) }).setIntervalMining({ interval: 1 }),
    startVerifier: (account = key) => startVerifier({ ...{ rpcUrl, account }, host: '127.0.0.1', port: 0 }),
    async stop() {
      await gateway.stop()
      await anvil.stop()
    },
  }
}
