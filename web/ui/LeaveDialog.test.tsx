// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { Route, Router, Switch } from 'wouter'
import { Layout } from './Layout'
import { LeaveDialog } from './LeaveDialog'
import { useGuardedLocation, useLeaveQuestion } from './leaving'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

let leaves: (() => void)[] = []
const ask = {
  ...{ question: 'Stop?', consequence: 'It ends.', confirmLabel: 'Stop and leave', cancelLabel: 'Stay' },
  onLeave: () => new Promise<void>((resolve) => void leaves.push(resolve)),
}

function Page({ name, isOn }: { name: string; isOn?: boolean }) {
  useLeaveQuestion(isOn ? ask : undefined)
  return (
    <Layout>
      <h1>{name}</h1>
      {isOn !== undefined && <LeaveDialog />}
    </Layout>
  )
}

function App({ isOn }: { isOn: boolean }) {
  const [location] = useGuardedLocation()
  return (
    <Router hook={useGuardedLocation}>
      <Switch key={location}>
        <Route path="/broadcast">
          <Page name="Broadcast" isOn={isOn} />
        </Route>
        <Route path="/stake">
          <Page name="Stake" />
        </Route>
        <Route>
          <Page name="Home" />
        </Route>
      </Switch>
    </Router>
  )
}

const place = document.createElement('div')
const root = createRoot(place)
const show = (isOn: boolean) => act(async () => root.render(<App isOn={isOn} />))
const page = () => place.querySelector('h1')?.textContent
const dialog = () => document.querySelector('[role=alertdialog]')
const click = (target: Element | null | undefined) => act(async () => (target as HTMLElement).click())
const link = (name: string) =>
  [...place.querySelectorAll('a')].find((a) => (a.getAttribute('aria-label') ?? a.textContent) === name)
const button = (name: string) =>
  [...(dialog()?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent === name)
/** Changes the address as the Back button and the address bar do. */
const changeAddress = (hash: string) =>
  act(async () => {
    location.hash = hash
    dispatchEvent(new Event('hashchange'))
  })

beforeAll(() => document.body.append(place))
afterAll(() => act(async () => root.unmount()))
beforeEach(async () => {
  await show(false)
  await changeAddress('#/broadcast')
  await show(true)
  expect([page(), dialog()]).toEqual(['Broadcast', null])
})
afterEach(() => {
  leaves = []
})

test.each(['Stake', 'lp, home'])('the link “%s” opens the question, and “Stay” keeps the page', async (name) => {
  await click(link(name))
  expect(dialog()?.textContent).toContain('Stop?It ends.')
  await click(button('Stay'))
  expect([page(), location.hash, dialog(), leaves]).toEqual(['Broadcast', '#/broadcast', null, []])
})

test('after “Stop and leave”, the page stays until its work has ended', async () => {
  await click(link('Stake'))
  await click(button('Stop and leave'))
  expect(leaves).toHaveLength(1)
  expect([page(), location.hash]).toEqual(['Broadcast', '#/broadcast'])
  // The work of the page ends, so the page has no question any more.
  await show(false)
  await act(async () => leaves[0]?.())
  expect([page(), location.hash, dialog()]).toEqual(['Stake', '#/stake', null])
  expect(document.activeElement?.textContent).toBe('Stake')
  await click(link('lp, home'))
  expect(page()).toBe('Home')
})

test('“Back” and a new address open the question too, and “Stay” restores the address of the page', async () => {
  await changeAddress('#/stake')
  expect(page()).toBe('Broadcast')
  expect(dialog()).not.toBeNull()
  await click(button('Stay'))
  expect([page(), location.hash, dialog()]).toEqual(['Broadcast', '#/broadcast', null])
  await changeAddress('#/stake')
  await click(button('Stop and leave'))
  await act(async () => leaves[0]?.())
  expect([page(), location.hash, dialog()]).toEqual(['Stake', '#/stake', null])
})

test('a page that asks no question any more is left at once', async () => {
  await click(link('Stake'))
  await show(false)
  expect([page(), dialog()]).toEqual(['Broadcast', null])
  await click(link('Stake'))
  expect([page(), location.hash]).toEqual(['Stake', '#/stake'])
})
