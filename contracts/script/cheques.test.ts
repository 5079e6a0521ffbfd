import { parseEther, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractsOn } from '../deployments'
import { Cheque, Chequebook } from '../protocol'
import { type LocalChain, startLocalChain } from '../testbeds/localChain'
import { localChainId } from './deploy'
import { presets } from './presets'

let local: LocalChain
beforeAll(async () => {
  local = await startLocalChain()
})
afterAll(() => local.stop())

const domain = { chainId: localChainId, chequebook: contractsOn(localChainId).chequebook.address }
const sessionKey = privateKeyToAccount(generatePrivateKey())
const [issuer, payee, broadcaster] = [1, 2, 3] as const
const wei = parseEther('1')

const channelOf = (splitBps: number): Cheque.Channel => ({
  issuer: local.user(issuer).address,
  beneficiary: local.user(payee).address,
  ...{ splitee: splitBps ? local.user(broadcaster).address : zeroAddress, splitBps },
})
const signed = (channel: Cheque.Channel, amount: bigint) =>
  Cheque.sign(Cheque.next(Cheque.first(channel), amount), sessionKey, domain)

/** The payment of a cheque that the TypeScript code predicts from one read of the contract. */
async function predicted(cheque: Cheque.SignedCheque) {
  const recovered = (await Cheque.recover(cheque, domain)) ?? zeroAddress
  const args = [cheque.issuer, cheque.beneficiary, Cheque.splitOf(cheque), recovered] as const
  const [account, channel, key] = await local.user(payee).chequebook.read.stateOf(args)
  const { timestamp } = await local.chain.getBlock()
  const signer = recovered === cheque.issuer ? 'issuer' : key
  return {
    ...Chequebook.payable({ cheque, signer, account, channel, time: timestamp }),
    ...Chequebook.solvency({ account, channel }),
  }
}

describe('a cheque on the deployed Chequebook', () => {
  test('is cashed as the TypeScript code predicts, after one transaction of the issuer', async () => {
    const { timestamp } = await local.chain.getBlock()
    const authority = [sessionKey.address, 3n * wei, timestamp + 3_600n] as const
    await local.mined(local.user(issuer).chequebook.write.authorise(authority, { value: 2n * wei }))
    const cheque = await signed(channelOf(0), wei)
    expect(await predicted(cheque)).toMatchObject({ amount: wei, outcome: 'Paid', available: 2n * wei })
    await local.mined(local.user(payee).chequebook.write.cash([Cheque.paymentOf(cheque)]))
    expect(await predicted(cheque)).toMatchObject({ amount: 0n, outcome: 'NothingDue', available: wei })
  })

  test('bounces in a batch as the TypeScript code predicts, and pays the rest of the session key’s cap after the next deposit', async () => {
    const { chequebook, account } = local.user(payee)
    const cheque = await signed(channelOf(2_500), 4n * wei)
    // The key can still pay 2 ether, but the deposit is only 1 ether.
    expect(await predicted(cheque)).toMatchObject({ amount: wei, credit: wei / 4n, outcome: 'Bounced' })
    const { result } = await chequebook.simulate.cashBatch([[Cheque.paymentOf(cheque)]], { account })
    expect(result).toEqual([(wei * 3n) / 4n])
    await local.mined(chequebook.write.cashBatch([[Cheque.paymentOf(cheque)]]))
    expect(await predicted(cheque)).toMatchObject({ amount: 0n, outcome: 'NoFunds' })
    await local.mined(local.user(broadcaster).chequebook.write.depositFor([cheque.issuer], { value: 9n * wei }))
    expect(await predicted(cheque)).toMatchObject({ amount: wei, credit: wei / 4n, outcome: 'Capped' })
    await local.mined(chequebook.write.cashBatch([[Cheque.paymentOf(cheque)]]))
    expect(await predicted(cheque)).toMatchObject({ amount: 0n, outcome: 'CapSpent' })
    expect(await chequebook.read.creditOf([local.user(broadcaster).address])).toBe(wei / 2n)
    await local.mined(local.user(broadcaster).chequebook.write.withdrawCredit())
  })

  test('is refused with an outcome that the committed ABI and the TypeScript code can name', async () => {
    const stranger = privateKeyToAccount(generatePrivateKey())
    const cheque = await Cheque.sign({ ...channelOf(0), cumulative: 5n * wei }, stranger, domain)
    expect(await predicted(cheque)).toMatchObject({ amount: 0n, outcome: 'WrongSigner' })
    const call = local
      .user(payee)
      .chequebook.simulate.cash([Cheque.paymentOf(cheque)], { account: local.user(payee).account })
    await expect(call).rejects.toThrow('ChequeRefused')
    await expect(call).rejects.toMatchObject({
      cause: { data: { args: [Chequebook.outcomeNames.indexOf('WrongSigner')] } },
    })
  })

  test('has no reliable funds after the issuer has announced the withdrawal of the deposit; the issuer gets the deposit after the delay', async () => {
    const { chequebook, account, address } = local.user(issuer)
    await local.mined(chequebook.write.announceWithdrawal([Cheque.maxAmount]))
    const cheque = await signed(channelOf(0), 2n * wei)
    expect(await predicted(cheque)).toMatchObject({ available: 8n * wei, reliable: 0n, guaranteed: 0n })
    await expect(chequebook.simulate.withdraw({ account })).rejects.toThrow('TooEarly')
    await local.test.increaseTime({ seconds: Number(presets.local.withdrawalDelay) })
    await local.mined(chequebook.write.withdraw())
    expect((await chequebook.read.getAccount([address])).deposit).toBe(0n)
    expect(await local.chain.getBalance({ address: domain.chequebook })).toBe(0n)
  })
})
