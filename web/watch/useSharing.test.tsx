// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, expect, it, vi } from 'vitest'
import type { Sharing } from './SharingChoice'
import { chooseSharing } from './sharingStore'
import { useSharing } from './useSharing'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

class Network extends EventTarget {
  saveData = false
  type = 'wifi'

  change(change: Partial<Pick<Network, 'saveData' | 'type'>>) {
    Object.assign(this, change)
    this.dispatchEvent(new Event('change'))
  }
}

let seen: Sharing | undefined
function Page() {
  seen = useSharing()
  return null
}

const root = createRoot(document.createElement('div'))
const open = (network?: Network) => {
  vi.stubGlobal('navigator', { connection: network })
  return act(async () => root.render(<Page />))
}

afterEach(async () => {
  await act(async () => root.render(null))
  localStorage.clear()
  vi.unstubAllGlobals()
})

it('a page does not upload while the network is a mobile network or the browser saves data', async () => {
  const network = new Network()
  await open(network)
  expect(seen).toMatchObject({ connects: true, uploads: true, isSavingData: false })
  await act(async () => network.change({ type: 'cellular' }))
  expect(seen).toMatchObject({ connects: true, uploads: false, isSavingData: true })
  await act(async () => network.change({ type: 'wifi', saveData: true }))
  expect(seen).toMatchObject({ uploads: false, isSavingData: true })
  await act(async () => network.change({ saveData: false }))
  expect(seen).toMatchObject({ uploads: true })
})

it('the choice of the viewer stays for the next visit, and replaces the default for the network', async () => {
  await open(Object.assign(new Network(), { saveData: true }))
  await act(async () => chooseSharing({ uploads: true, uploadLimit: 2 }))
  expect(seen).toMatchObject({ uploads: true, uploadLimit: 2, isSavingData: false, isMetered: true })
  await act(async () => root.render(null))
  await open(new Network())
  expect(seen).toMatchObject({ uploads: true, uploadLimit: 2 })
  await act(async () => chooseSharing({ uploadLimit: undefined, connects: false }))
  expect(seen).toMatchObject({ connects: false, uploads: true, uploadLimit: undefined })
})

it('a choice that the viewer makes in another tab takes effect in this tab too', async () => {
  await open()
  localStorage.setItem('lp.sharing', '{"connects":false}')
  await act(async () => void dispatchEvent(new StorageEvent('storage', { key: 'lp.sharing' })))
  expect(seen).toMatchObject({ connects: false })
})
