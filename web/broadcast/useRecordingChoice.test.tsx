// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { beforeEach, expect, test } from 'vitest'
import { RecordingCheckbox } from './RecordingCheckbox'
import { useRecordingChoice } from './useRecordingChoice'

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
  localStorage.clear()
})

function Choice() {
  return <RecordingCheckbox recording={useRecordingChoice()} />
}

/** Opens a new page, and returns its checkbox. */
async function open(): Promise<HTMLInputElement> {
  const container = document.createElement('div')
  await act(async () => createRoot(container).render(<Choice />))
  return container.querySelector('input') as HTMLInputElement
}

test('a recording is allowed by default; the browser remembers a refusal until the broadcaster allows a recording again', async () => {
  const first = await open()
  expect(first.checked).toBe(true)
  await act(async () => first.click())
  expect(first.checked).toBe(false)
  const second = await open()
  expect(second.checked).toBe(false)
  await act(async () => second.click())
  expect((await open()).checked).toBe(true)
})
