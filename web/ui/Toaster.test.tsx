// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, it, vi } from 'vitest'
import { Toaster } from './Toaster'
import { toast } from './toast'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

it('a short message disappears after six seconds or when it is closed, and at most three are shown', async () => {
  vi.useFakeTimers()
  const place = document.body.appendChild(document.createElement('div'))
  await act(async () => createRoot(place).render(<Toaster />))
  const texts = () => [...place.querySelectorAll('[data-toast] p')].map((line) => line.textContent)
  await act(async () => toast.success('Saved.'))
  await act(async () => toast.error('Not sent.', 'Try again.'))
  expect(texts()).toEqual(['Saved.', 'Not sent.', 'Try again.'])
  expect(place.querySelector('[role=status]')?.textContent).toContain('Not sent.')
  await act(async () => place.querySelector<HTMLElement>('[data-toast=good] button')?.click())
  expect(texts()).toEqual(['Not sent.', 'Try again.'])
  await act(async () => {
    for (const number of [1, 2, 3]) toast.success(`Saved ${number}.`)
  })
  expect(texts()).toEqual(['Saved 1.', 'Saved 2.', 'Saved 3.'])
  await act(async () => vi.advanceTimersByTime(6_000))
  expect(texts()).toEqual([])
  vi.useRealTimers()
})

it('a message stays while a person points at it', async () => {
  vi.useFakeTimers()
  const place = document.body.appendChild(document.createElement('div'))
  await act(async () => createRoot(place).render(<Toaster />))
  const count = () => place.querySelectorAll('[data-toast]').length
  const region = place.querySelector('[role=status]') as HTMLElement
  await act(async () => toast.error('Not sent.', 'Try again.'))
  await act(async () => region.dispatchEvent(new Event('pointerover', { bubbles: true })))
  await act(async () => vi.advanceTimersByTime(60_000))
  expect(count()).toBe(1)
  await act(async () => region.dispatchEvent(new Event('pointerout', { bubbles: true })))
  await act(async () => vi.advanceTimersByTime(6_000))
  expect(count()).toBe(0)
  vi.useRealTimers()
})
