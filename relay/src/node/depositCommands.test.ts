import { localKey } from '@lp/contracts/script/deploy'
import { connect } from '@lp/contracts/testbeds/localChain'
import { parseEther } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Chain, startChain } from '../../testbeds/startNode'
import { depositCommands } from './depositCommands'

const account = privateKeyToAccount(localKey(1))
let chain: Chain
let local: ReturnType<typeof connect>
beforeAll(async () => {
  chain = await startChain()
  local = connect(chain.rpcUrl)
}, 60_000)
afterAll(() => chain.stop())

test('an operator deposits, announces the withdrawal, and withdraws after the delay', async () => {
  const options = { rpcUrl: chain.rpcUrl, account }
  expect(await depositCommands.withdrawDeposit(options)).toBe(`${account.address} has no deposit.`)
  expect(await depositCommands.deposit({ ...options, amount: parseEther('0.5') })).toBe(
    `Deposited 0.5 ETH. The deposit of ${account.address} is now 0.5 ETH, and pays the cheques of this key.`,
  )
  expect(await depositCommands.withdrawDeposit(options)).toMatch(
    /^Announced the withdrawal of 0\.5 ETH\. Run this command again in 20 s\./,
  )
  expect(await depositCommands.withdrawDeposit(options)).toMatch(
    /^The withdrawal is announced\. Run this command again in \d+ s\.$/,
  )
  await local.test.increaseTime({ seconds: 20 })
  await local.mine(1)
  expect(await depositCommands.withdrawDeposit(options)).toBe(`Withdrawn to ${account.address}: 0.5 ETH.`)
  expect(await local.user(1).chequebook.read.getAccount([account.address])).toMatchObject({ deposit: 0n })
}, 60_000)
