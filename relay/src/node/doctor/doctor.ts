import { contractsOn } from '@lp/contracts/deployments'
import type { PrivateKeyAccount } from 'viem/accounts'
import { type ChainOptions, connect } from '../connect'
import { examineAddress } from './address'
import { examineClock, examineEther, examineStake } from './chain'
import { examine, type Finding, type Subject } from './Finding'
import { examineDisk, examineFfmpeg } from './machine'

export type DoctorOptions = ChainOptions & {
  account: PrivateKeyAccount
  /** The data directory of the relay. It does not have to exist. */
  directory: string
  /** Default: the address that this key has registered on chain. */
  serviceUri?: string | undefined
}

/**
 * Examines all that a relay needs: the chain, the clock, ffmpeg, the disk, ether, stake, and whether it can be reached at its address. Writes
 * nothing, sends no transaction, and can run beside the relay.
 */
export async function diagnose({ directory, serviceUri, ...options }: DoctorOptions): Promise<Finding[]> {
  let connected: Awaited<ReturnType<typeof connect>> | undefined
  const chain = await examine('chain', async () => {
    connected = await connect(options)
    return `The chain at ${connected.host} has the chain id ${connected.chainId}, and has the contracts of lp.`
  })
  const machine = [await examineFfmpeg(), await examineDisk(directory)]
  if (!connected) {
    const later = (['clock', 'ether', 'stake', 'address'] as const).map(unknownWithoutChain)
    return [chain, ...machine, ...later]
  }
  const findings = [chain, await examineClock(connected), ...machine]
  findings.push(await examineEther(connected), await examineStake(connected))
  const { client, chainId } = connected
  const operator = options.account.address
  const { serviceRegistry } = contractsOn(chainId)
  const read = () => client.readContract({ ...serviceRegistry, functionName: 'getServiceURI', args: [operator] })
  const address = serviceUri ?? (await read().catch(() => ''))
  if (!address)
    return [
      ...findings,
      {
        ...{ subject: 'address', state: 'unknown' },
        text: 'This key has registered no address on chain. Name the public address of the relay with --uri.',
      },
    ]
  return [...findings, ...(await examineAddress({ serviceUri: address, isLocalChain: chainId === 31337, operator }))]
}

const unknownWithoutChain = (subject: Subject): Finding => ({
  ...{ subject, state: 'unknown' },
  text: 'The chain does not answer. Correct this first.',
})

const words = { good: 'good   ', bad: 'BAD    ', unknown: 'unknown' } as const

/** One line for each finding. */
export const report = (findings: readonly Finding[]): string =>
  findings.map(({ subject, state, text }) => `${words[state]}  ${subject.padEnd(7)}  ${text}`).join('\n')
