import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ViewerPayments } from '../payments/ViewerPayments'
import { payingFetch } from './payingFetch'

const url = 'https://relay.example/payload/0x00'
const payments = {
  fetch: Object.assign(
    vi.fn(async () => new Response('paid')),
    { checked: vi.fn() },
  ),
}

let opened: ViewerPayments | undefined
let open: () => Promise<ViewerPayments | undefined>
let status: number
beforeEach(() => {
  vi.stubGlobal('fetch', async () => new Response('free', { status }))
  opened = undefined
  open = vi.fn(async () => {
    opened = payments as unknown as ViewerPayments
    return opened
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})
const look = async (fetch = payingFetch({ payments: () => opened, open })) => {
  const response = await fetch(url)
  return [response.status, await response.text()]
}

test('a viewer of a free stream opens no payments', async () => {
  status = 200
  const fetch = payingFetch({ payments: () => opened, open })
  expect(await look(fetch)).toEqual([200, 'free'])
  fetch.checked(url, 4)
  expect(open).not.toHaveBeenCalled()
})

test('the first answer 402 opens the payments, which send this request and all later ones', async () => {
  status = 402
  const fetch = payingFetch({ payments: () => opened, open })
  expect(await look(fetch)).toEqual([200, 'paid'])
  expect(await look(fetch)).toEqual([200, 'paid'])
  fetch.checked('https://relay.example', 4)
  expect(open).toHaveBeenCalledOnce()
  expect(payments.fetch.checked).toHaveBeenCalledExactlyOnceWith('https://relay.example', 4)
})

test('a viewer that cannot pay gets the answer of the relay', async () => {
  status = 402
  open = async () => undefined
  expect(await look()).toEqual([402, 'free'])
})
