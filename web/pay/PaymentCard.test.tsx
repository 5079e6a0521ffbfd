// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import { noChoice } from '../payments/PaymentChoice'
import type { PaymentSnapshot } from '../payments/PaymentSnapshot'
import PaymentCard from './PaymentCard'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

const issuer = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const paying: PaymentSnapshot = {
  ...{ state: 'paying', problem: undefined, weiPerByte: 10n ** 8n, perMinute: 10n ** 15n, spent: 4n * 10n ** 14n },
  ...{ promised: 5n * 10n ** 14n, earned: 2n * 10n ** 14n, left: 10n ** 17n, minutesLeft: 100 },
  ...{ keysPerMinute: 0n, isAccepted: false, choice: { ...noChoice, issuer } },
}

const place = document.createElement('div')
document.body.append(place)
const root = createRoot(place)
const control = { pay: vi.fn(), stop: vi.fn(), limit: vi.fn(), subscribe: () => () => undefined }
const show = (change: Partial<PaymentSnapshot>, isUnverified = false) => {
  const snapshot = { ...paying, ...change }
  const payments = { ...control, getSnapshot: () => snapshot }
  return act(async () => root.render(<PaymentCard payments={payments} isUnverified={isUnverified} />))
}
const text = (selector: string) => place.querySelector(selector)?.textContent ?? ''
const figures = () =>
  Object.fromEntries(
    [...place.querySelectorAll('dl > div')].map((figure) => [
      figure.querySelector('dt')?.textContent,
      figure.querySelector('dd')?.textContent,
    ]),
  )

afterEach(async () => {
  await act(async () => root.render(null))
  vi.clearAllMocks()
})

it('shows the price a minute, what is spent, what uploading earned, and what is left', async () => {
  await show({})
  expect(text('summary')).toContain('Paying · 0.001 ETH a minute')
  expect(figures()).toEqual({
    ...{
      'Price a minute': '0.001ETH',
      'Spent so far': '0.0004ETH',
      'Earned by uploading': '0.0002ETH',
      Left: '0.1ETH',
    },
  })
  expect(place.textContent).toContain('about 100 min')
  expect(place.querySelector('[role=alert]')).toBeNull()
})

it('pays for a paid stream with one click if this browser has a deposit', async () => {
  await show({ state: 'unpaid', keysPerMinute: 10n ** 15n })
  expect(text('[role=alert]')).toContain('This stream costs 0.001 ETH a minute.')
  const button = [...place.querySelectorAll('button')].find(({ textContent }) => textContent === 'Pay and watch')
  await act(async () => button?.click())
  expect(control.pay).toHaveBeenCalledWith(issuer)
})

it('warns five minutes before the deposit ends', async () => {
  await show({ minutesLeft: 4.2 })
  expect(text('[role=alert]')).toContain('Your deposit lasts about 4 minutes more.')
})

it('a viewer that does not pay sees the offer, and no limit', async () => {
  await show({ state: 'unpaid', left: undefined, minutesLeft: undefined, choice: noChoice })
  expect(text('[role=alert]')).toContain('No relay sends you this stream free of charge now.')
  expect(text('[role=alert] button')).toBe('Pay for the stream')
  expect(place.querySelector('input')).toBeNull()
})

it('does not pay a higher price before the person accepts it', async () => {
  await show({ state: 'dear' })
  const button = place.querySelector<HTMLButtonElement>('[role=alert] button')
  expect(button?.textContent).toBe('Pay 0.001 ETH a minute')
  await act(async () => button?.click())
  expect(control.pay.mock.calls).toEqual([[issuer]])
})

it('a person whose browser fetches the video itself reads that the page cannot pay', async () => {
  await show({ state: 'allowance' }, true)
  expect(place.textContent).toContain('so this page cannot pay for it')
})

const type = async (value: string) => {
  const input = place.querySelector('input') as HTMLInputElement
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, value)
    input.dispatchEvent(new Event('input', { bubbles: true }))
  })
  await act(async () =>
    place.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })),
  )
}

it('the limit is an amount of ether, and an empty field is no limit', async () => {
  await show({})
  await type('0,02')
  expect(control.limit).toHaveBeenLastCalledWith(2n * 10n ** 16n)
  await type('much')
  expect(text('form [role=alert]')).toContain('Enter an amount above zero')
  expect(control.limit).toHaveBeenCalledTimes(1)
  await type('')
  expect(control.limit).toHaveBeenLastCalledWith(undefined)
})
