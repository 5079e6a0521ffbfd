import { expect, test } from 'vitest'
import { PaymentNews } from './PaymentNews'

test('the money is short until each payee whose payment was due is paid', () => {
  const news = new PaymentNews()
  news.hear({ type: 'budget', amount: 9n }, '0xaa')
  news.hear({ type: 'paid', amount: 1n }, '0xbb')
  expect(news.isShort).toBe(true)
  news.hear({ type: 'paid', amount: 9n }, '0xaa')
  expect(news.isShort).toBe(false)
})
