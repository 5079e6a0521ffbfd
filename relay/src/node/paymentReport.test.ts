import { expect, test } from 'vitest'
import { paymentReport } from './paymentReport'

const chequebook = '0x2222222222222222222222222222222222222222' as const

test('the public status shows only the price', () => {
  expect(paymentReport({})).toEqual([])
  expect(paymentReport({ price: { weiPerByte: '0', chequebook } })).toEqual([[['price', 'free']]])
})

test('the status of the operator shows the profit of each stream, and what each peer owes', () => {
  const report = paymentReport({
    price: { weiPerByte: '10000', chequebook },
    payments: {
      ...{ weiPerByte: '10000', maxWeiPerByte: '5000', cashing: { gasFactor: '50', expirySeconds: '3600' } },
      ...{ outstanding: '2000000000000000', cashed: '0', deposit: { free: '1000000000000000000', withdrawal: '0' } },
      streams: [
        {
          streamId: `0x${'ab'.repeat(32)}`,
          earned: '3000000000000000',
          paid: '1000000000000000',
          bytesSold: 9,
          bytesBought: 3,
        },
      ],
      peers: [
        { party: chequebook, earned: '3', paid: '0', bounced: '1', owes: '-4000000000000', missing: '1000000000000' },
      ],
    },
  })
  expect(report).toEqual([
    [['price', '10000 gwei per GB']],
    [
      ['cheques held', '0.002 ETH'],
      ['cashed', '0 ETH'],
      ['cashes', 'at 50 times the gas cost, or 60 min before a session key ends'],
      ['pays', 'up to 5000 gwei per GB'],
      ['deposit', '1 ETH'],
    ],
    [
      ['STREAM', 'EARNED', 'PAID', 'PROFIT'],
      ['0xabababab…', '0.003 ETH', '0.001 ETH', '0.002 ETH'],
    ],
    [
      ['PEER', 'EARNED', 'PAID', 'OWES', ''],
      ['0x22222222…', '0.000000000000000003 ETH', '0 ETH', '-0.000004 ETH', '0.000001 ETH not covered'],
    ],
  ])
})
