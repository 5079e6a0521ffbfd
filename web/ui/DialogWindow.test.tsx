// @vitest-environment happy-dom
import { act, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { DialogWindow } from './DialogWindow'
import { Layout } from './Layout'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** A page whose button opens a dialog. With `isOnce`, the action of the dialog removes the button. */
function Page({ isOnce }: { isOnce: boolean }) {
  const [isOpen, setIsOpen] = useState(false)
  const [isDone, setIsDone] = useState(false)
  const onClose = () => {
    setIsOpen(false)
    setIsDone(isOnce)
  }
  return (
    <Layout>
      <h1>Stake</h1>
      {!isDone && <button type="button" data-testid="opener" onClick={() => setIsOpen(true)} />}
      <DialogWindow title="Unstake" isOpen={isOpen} onClose={onClose}>
        <input />
      </DialogWindow>
    </Layout>
  )
}

for (const { isOnce, name } of [
  { isOnce: false, name: 'after a dialog, the button that opened it has the focus' },
  {
    isOnce: true,
    name: 'after a dialog, the main heading has the focus if the button that opened the dialog does not exist any more',
  },
])
  test(name, async () => {
    const place = document.createElement('div')
    document.body.append(place)
    const root = createRoot(place)
    await act(async () => root.render(<Page isOnce={isOnce} />))
    const opener = place.querySelector<HTMLElement>('[data-testid=opener]')
    opener?.focus()
    await act(async () => opener?.click())
    await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('INPUT'))
    const close = document.querySelector<HTMLElement>('[role=dialog] [aria-label=Close]')
    await act(async () => close?.click())
    await vi.waitFor(() => expect(document.activeElement).toBe(isOnce ? place.querySelector('h1') : opener))
    await act(async () => root.unmount())
    place.remove()
  })
