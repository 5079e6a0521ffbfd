import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEther, toHex } from 'viem'
import { generatePrivateKey, privateKeyToAddress } from 'viem/accounts'
import { rpc } from './chain'
import { command, type Network, type OperatorStatus, readStatus } from './network'

export type PaidRelay = {
  address: string
  readStatus(): Promise<OperatorStatus>
  /** Stops the relay, which cashes the cheques that it holds. Can be called again. */
  stop(): Promise<void>
  /** Announces the withdrawal of the deposit, so that all payees cash the cheques of this relay. */
  withdraw(): Promise<void>
}

/** Starts `lp-relay relay` beside the network: a relay without stake, with ten ether and a deposit of one. Resolves when it carries the stream. */
export async function startPaidRelay(network: Network, link: string, ...args: string[]): Promise<PaidRelay> {
  const key = generatePrivateKey()
  const address = privateKeyToAddress(key)
  await rpc(network, 'anvil_setBalance', address, toHex(parseEther('10')))
  const data = await mkdtemp(join(tmpdir(), 'lp-paid-relay-'))
  const run = (name: string, ...more: string[]) =>
    command(process.execPath, ['relay/bin/lp-relay.js', name, '--rpc', network.chainUrl, ...more], {
      LP_PRIVATE_KEY: key,
      LP_LOG: 'warn',
    })
  const place = ['--host', '127.0.0.1', '--port', '0', '--data', data, '--deposit', '1', '--stream', link]
  const { child, lines } = run('relay', ...place, ...args)
  const [, url = ''] = await lines.match(/^ready (\S+)/m)
  return {
    address,
    readStatus: () => readStatus(url, data),
    async stop() {
      if (child.exitCode === null) child.kill()
      await lines.exit
      await rm(data, { recursive: true, force: true })
    },
    withdraw: async () => void (await run('withdraw-deposit').lines.exit),
  }
}
