// @vitest-environment happy-dom
import { act, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { expect, test, vi } from 'vitest'
import { Button } from './Button'
import { ConfirmDialog } from './ConfirmDialog'
import { Layout } from './Layout'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

/** A page with a button that stops something, and that does not exist after the person has confirmed. */
function Page() {
  const [isOn, setIsOn] = useState(true)
  return (
    <Layout>
      <h1>Broadcast</h1>
      {isOn && (
        <ConfirmDialog
          {...{ question: 'Stop?', consequence: 'It ends.', confirmLabel: 'Yes', cancelLabel: 'No' }}
          trigger={<Button data-testid="stop">Stop</Button>}
          onConfirm={() => setIsOn(false)}
        />
      )}
    </Layout>
  )
}

for (const { answer, focused } of [
  { answer: 'No', focused: '[data-testid=stop]' },
  { answer: 'Yes', focused: 'h1' },
])
  test(`after the answer “${answer}”, ${answer === 'No' ? 'the button that asked' : 'the main heading'} has the focus`, async () => {
    const place = document.createElement('div')
    document.body.append(place)
    const root = createRoot(place)
    await act(async () => root.render(<Page />))
    const stop = place.querySelector<HTMLElement>('[data-testid=stop]')
    stop?.focus()
    await act(async () => stop?.click())
    const buttons = [...document.querySelectorAll<HTMLElement>('[role=alertdialog] button')]
    await act(async () => buttons.find(({ textContent }) => textContent === answer)?.click())
    await vi.waitFor(() => expect(document.activeElement).toBe(place.querySelector(focused)))
    await act(async () => root.unmount())
    place.remove()
  })
