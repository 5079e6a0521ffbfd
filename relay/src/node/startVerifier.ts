import { contractsOn } from '@lp/contracts/deployments'
import { Verdict } from '@lp/contracts/protocol'
import type { Address } from 'viem'
import type { PrivateKeyAccount } from 'viem/accounts'
import { RevertError, Sender } from '../chain/Sender'
import { proveRunner } from '../check/proveRunner'
import { createVerifierGateway, createVerifierMetrics } from '../gateway/createVerifierGateway'
import { logOf } from '../log'
import { bond } from '../verifier/bond'
import type { Challenge } from '../verifier/Challenge'
import { runFfmpegCore } from '../verifier/ffmpegCore'
import { Verifier } from '../verifier/Verifier'
import * as VerifierContract from '../verifier/VerifierContract'
import { type ChainOptions, connect } from './connect'
import { Faults } from './Faults'
import { lockKey } from './Lock'
import { version } from './version'

const log = logOf('verifier')

export type VerifierNodeOptions = ChainOptions & {
  account: PrivateKeyAccount
  host: string
  /** 0: any unused port. */
  port: number
  /** The verifier contract that names this account. By default the verifier contract of new jobs. */
  contract?: Address | undefined
}

export type VerifierNode = {
  url: string
  address: Address
  /** Waits for the verdicts that were sent, but are not in a block yet. */
  close(): Promise<void>
}

/**
 * The check of a segment with the largest pictures and the highest frame rate takes minutes. During this check, other segments
 * wait.
 */
const checkTimeoutMs = 5 * 60_000

/** The errors for a request that already has a verdict, or whose deadline has passed. */
const isTooLate = new Set(['WrongVerdict', 'TooLate'])

/** Starts a verifier. Throws `HeldError`, `ListenError`, and the errors of `connect`, `bond` and `proveRunner`. */
export async function startVerifier(options: VerifierNodeOptions): Promise<VerifierNode> {
  const chain = await connect(options)
  const lock = await lockKey({ address: options.account.address, network: chain.network })
  try {
    const node = await startOn(chain, options)
    return { ...node, close: () => node.close().finally(lock.release) }
  } catch (error) {
    await lock.release()
    throw error
  }
}

async function startOn(
  { chainId, client, wallet, host: rpc, hurry }: Awaited<ReturnType<typeof connect>>,
  options: VerifierNodeOptions,
): Promise<VerifierNode> {
  const { account, host, port } = options
  const { claimsManager, jobsManager } = contractsOn(chainId)
  const contract = options.contract
    ? VerifierContract.at(options.contract)
    : await VerifierContract.current(client, chainId)
  const metrics = createVerifierMetrics()
  const faults = new Faults(metrics)
  const sender = new Sender({ client, wallet, onFault: faults.of('chain') })
  // With an ffmpeg build that does not follow the recipe, the verifier would convict honest transcoders.
  await Promise.all([proveRunner(runFfmpegCore), bond({ client, sender, chainId, contract })])

  /** Resolves with `true` if the contract accepted the verdict. BondedVerifier passes on the errors of ClaimsManager. */
  const report = async ({ claimId, sequenceNumber }: Challenge, verdict: Verdict.Verdict): Promise<boolean> => {
    const args = [claimId, sequenceNumber, Verdict.toNumber(verdict)] as const
    try {
      await sender.send({ ...contract, abi: [...contract.abi, ...claimsManager.abi], functionName: 'report', args })
      return true
    } catch (error) {
      // Any other refusal can be temporary: after a reorganisation, or when the verifier has a larger bond, the contract can accept the
      // verdict.
      if (!(error instanceof RevertError && isTooLate.has(error.errorName))) throw error
      log.warn('verdict refused', { claimId, sequenceNumber, verdict, reason: error.errorName })
      return false
    }
  }
  const verdicts: Record<string, number> = {}
  const counted = (verdict: string) => {
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1
    metrics.count.verdict(verdict)
  }
  const verifier = new Verifier({
    ...{ client, chainId, contract, report },
    runner: (run) => runFfmpegCore({ ...run, timeoutMs: checkTimeoutMs }),
    // Unknown operators choose the addresses that the verifier fetches, and a redirect could lead to an address inside this network.
    fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
    onVerdict: ({ claimId, sequenceNumber, transcoder }, { verdict, findings, seconds }) => {
      counted(verdict)
      metrics.count.checked(seconds)
      const facts = { claimId, sequenceNumber: `${sequenceNumber}`, transcoder, verdict, seconds }
      log.info('verdict', { ...facts, findings: findings.map(({ rendition, sentence }) => ({ rendition, sentence })) })
    },
    onMissed: ({ claimId, sequenceNumber }) => {
      counted('missed')
      log.warn('no verdict in time', { claimId, sequenceNumber })
    },
    onFault: faults.of('verifier'),
  })
  const gateway = await createVerifierGateway({
    ...{ port, host, metrics },
    onFault: faults.of('gateway'),
    status: () => ({
      ...{ version, address: account.address, roles: ['verifier'] },
      chain: { id: chainId, jobsManager: jobsManager.address, block: verifier.block },
      ffmpeg: { engine: '@ffmpeg/core', sandbox: 'WebAssembly in a worker' },
      faults: faults.counts,
      verifier: {
        waiting: verifier.waiting.map(({ claimId, jobId, transcoder, sequenceNumber, deadline }) => ({
          ...{ claimId, jobId, transcoder, sequenceNumber, deadline },
        })),
        verdicts,
      },
    }),
  })
  const close = async () => {
    hurry()
    await verifier.close()
    sender.close()
    await gateway.close()
    faults.close()
  }
  log.info('started', { version, address: account.address, url: gateway.url, chainId, rpc, ffmpeg: '@ffmpeg/core' })
  return { url: gateway.url, address: account.address, close }
}
