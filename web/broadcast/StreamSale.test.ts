import type { Cheque } from '@lp/contracts/protocol'
import { StreamDirectory } from 'lp-relay'
import { parseEther, zeroAddress } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { expect, test } from 'vitest'
import type { Income } from './openIncome'
import { StreamSale } from './StreamSale'

test('a sale knows when each cheque that has come is stored, and counts only accepted cheques as income', async () => {
  const answers: ((growth: bigint | undefined) => void)[] = []
  const accept = () =>
    new Promise<{ growth: bigint }>((resolve, reject) =>
      answers.push((growth) => (growth === undefined ? reject(new RangeError('bounced')) : resolve({ growth }))),
    )
  const sale = await StreamSale.open({
    ...{ streamId: `0x${'ab'.repeat(32)}`, streamKey: privateKeyToAccount(generatePrivateKey()) },
    ...{ domain: StreamDirectory.domainOf(31337), wallet: zeroAddress, weiPerMinute: parseEther('0.003') },
    income: { till: { accept } as unknown as Income['till'], close: () => undefined },
  })
  const cheque = { issuer: zeroAddress } as unknown as Cheque.SignedCheque
  let isTaken = false
  for (let number = 0; number < 2; number++) sale.terms.onIncome?.(cheque)
  const taken = sale.taken.then(() => {
    isTaken = true
  })
  answers[0]?.(1_000n)
  await Promise.resolve()
  expect(isTaken).toBe(false)
  answers[1]?.(undefined)
  await taken
  expect(sale.incomeWei).toBe(950n)
})
