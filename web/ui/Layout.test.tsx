// @vitest-environment happy-dom
import { act } from 'react'
import { createRoot } from 'react-dom/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Route, Router, Switch } from 'wouter'
import { memoryLocation } from 'wouter/memory-location'
import { Layout } from './Layout'
import { PageLoading } from './PageLoading'
import { useTitle } from './useTitle'

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })

function Page({ name }: { name: string }) {
  useTitle(name)
  return (
    <Layout>
      <h1>{name}</h1>
    </Layout>
  )
}

/** While `isLoaded` is false, the code of the stake page is loading. */
function App({ isLoaded }: { isLoaded: boolean }) {
  const [location] = memory.hook()
  return (
    <Router hook={memory.hook}>
      <Switch key={location}>
        <Route path="/stake">
          {isLoaded ? (
            <Page name="Stake" />
          ) : (
            <Layout key="loading">
              <PageLoading />
            </Layout>
          )}
        </Route>
        <Route path="/watch">
          <Page name="Watch" />
        </Route>
        <Route>
          <Page name="Home" />
        </Route>
      </Switch>
    </Router>
  )
}

const memory = memoryLocation({ path: '/' })
const place = document.createElement('div')
const root = createRoot(place)
const show = (isLoaded = true) => act(async () => root.render(<App isLoaded={isLoaded} />))
const links = () => [...place.querySelectorAll<HTMLAnchorElement>('nav a')]
const open = (name: string) =>
  act(async () =>
    links()
      .find(({ textContent }) => textContent === name)
      ?.click(),
  )

beforeAll(() => document.body.append(place))
afterAll(() => act(async () => root.unmount()))

test('each page has its title and the links to the pages; after a change of the page, the main heading has the focus', async () => {
  await show()
  expect(document.title).toBe('Home · lp')
  expect(links().map(({ textContent }) => textContent)).toEqual(['Watch', 'Broadcast', 'Stake', 'Govern', 'Claim'])
  expect(document.activeElement).toBe(document.body)

  await open('Watch')
  expect(document.title).toBe('Watch · lp')
  expect(document.activeElement?.textContent).toBe('Watch')
  expect(document.activeElement?.tagName).toBe('H1')
  expect(links().map((link) => link.getAttribute('aria-current'))).toEqual(['page', null, null, null, null])

  await show(false)
  await open('Stake')
  expect(document.title).toBe('Loading · lp')
  expect(place.querySelector('main h1')?.textContent).toBe('Loading')
  await show()
  expect(document.title).toBe('Stake · lp')
  expect(document.activeElement?.textContent).toBe('Stake')
  expect(document.activeElement?.tagName).toBe('H1')
})
