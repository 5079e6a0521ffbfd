import { describe, expect, it } from 'vitest'
import { encode, noChoice, type PaymentChoice, parse } from './PaymentChoice'

const issuer = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

describe('parse', () => {
  it.each<PaymentChoice>([
    { issuer, maxWeiPerByte: 10n ** 11n, limitWei: 3n },
    { issuer, maxWeiPerByte: 0n, limitWei: undefined },
  ])('reads what `encode` wrote', (choice) => {
    expect(parse(encode(choice))).toEqual(choice)
  })

  it.each([null, '', '{', '[]', 'null', '{"issuer":"0x12"}', '{"issuer":5}'])('reads %j as no choice', (text) => {
    expect(parse(text)).toEqual(noChoice)
  })

  it('pays nothing if the price or the limit cannot be read', () => {
    for (const wrong of ['-1', '1e9', 'x', 5, null, `${2n ** 96n}`])
      expect(parse(JSON.stringify({ issuer, maxWeiPerByte: wrong, limitWei: wrong }))).toEqual({
        ...{ issuer, maxWeiPerByte: 0n, limitWei: 0n },
      })
  })
})
