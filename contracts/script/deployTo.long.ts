import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { http, parseEther, type Transport } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import { changedRpc, startOtherChain } from '../testbeds/otherChain'
import { order } from './creations'
import { localKey } from './deploy'
import { deployTo } from './deployTo'
import { localFolder, readGenesis } from './Genesis'

test('npm run deploy, interrupted after each transaction and continued, gives the same deployment', async () => {
  const deployer = privateKeyToAccount(generatePrivateKey())
  const genesis = readGenesis(localFolder)
  const deployOn = async (transportOf: (rpcUrl: string) => Transport, isInterrupted: boolean) => {
    const other = await startOtherChain()
    await other.test.setBalance({ address: deployer.address, value: parseEther('10') })
    const folder = mkdtempSync(join(tmpdir(), 'lp-deploy-'))
    const run = () =>
      deployTo({
        ...{ transport: transportOf(other.rpcUrl), account: deployer, preset: 'mainnet', folder, genesis },
        ...{ verifier: privateKeyToAccount(localKey(3)).address, report: () => undefined, confirm: async () => true },
      })
    if (isInterrupted)
      for (const count of order.keys()) {
        await expect(run()).rejects.toThrow('The connection is lost.')
        expect(await other.chain.getTransactionCount({ address: deployer.address, blockTag: 'pending' })).toBe(count)
        sends = 1
      }
    const { file, settings } = await run()
    const written = [file, settings].map((path) => readFileSync(path, 'utf8'))
    rmSync(folder, { recursive: true })
    await other.stop()
    return written
  }
  /** The number of transactions that the RPC still accepts in this run. */
  let sends = 0
  const breaking = (rpcUrl: string) =>
    changedRpc(rpcUrl, ({ method }) => {
      if (method === 'eth_sendRawTransaction' && sends-- <= 0) throw new Error('The connection is lost.')
      return undefined
    })
  expect(await deployOn(breaking, true)).toEqual(await deployOn((rpcUrl) => http(rpcUrl), false))
})
