import { lazy, type ReactNode, Suspense } from 'react'
import { Route, Router, Switch } from 'wouter'
import { HomePage } from './home/HomePage'
import { NotFoundPage } from './home/NotFoundPage'
import { WatchLinkPage } from './home/WatchLinkPage'
import { ErrorBoundary } from './ui/ErrorBoundary'
import { Layout } from './ui/Layout'
import { useGuardedLocation } from './ui/leaving'
import { PageFailure } from './ui/PageFailure'
import { PageLoading } from './ui/PageLoading'
import { Toaster } from './ui/Toaster'

const BroadcastPage = lazy(() => import('./broadcast/BroadcastPage'))
const ClaimPage = lazy(() => import('./claim/ClaimPage'))
const EconomyPage = lazy(() => import('./economy/EconomyPage'))
const EmbedPage = lazy(() => import('./watch/EmbedPage'))
const GovernPage = lazy(() => import('./govern/GovernPage'))
const LivePage = lazy(() => import('./live/LivePage'))
const StakePage = lazy(() => import('./stake/StakePage'))
const TranscoderPage = lazy(() => import('./stake/TranscoderPage'))
const WatchPage = lazy(() => import('./watch/WatchPage'))

/** A player in a foreign page has no navigation. */
const Bare = ({ children }: { children: ReactNode }) => <main className="flex min-h-dvh flex-col p-4">{children}</main>

export function App() {
  const [location] = useGuardedLocation()
  const Frame = location.startsWith('/embed/') ? Bare : Layout
  return (
    <Router hook={useGuardedLocation}>
      <ErrorBoundary
        key={location}
        fallback={(error) => (
          <Frame>
            <PageFailure error={error} />
          </Frame>
        )}
      >
        <Suspense
          fallback={
            <Frame>
              <PageLoading />
            </Frame>
          }
        >
          <Switch>
            <Route path="/" component={HomePage} />
            <Route path="/broadcast" component={BroadcastPage} />
            <Route path="/stake" component={StakePage} />
            <Route path="/stake/:address">{({ address }) => <TranscoderPage key={address} address={address} />}</Route>
            <Route path="/govern" component={GovernPage} />
            <Route path="/claim" component={ClaimPage} />
            <Route path="/economy" component={EconomyPage} />
            <Route path="/live" component={LivePage} />
            <Route path="/watch" component={WatchLinkPage} />
            <Route path="/watch/:streamId">{({ streamId }) => <WatchPage key={streamId} id={streamId} />}</Route>
            <Route path="/embed/:streamId">{({ streamId }) => <EmbedPage key={streamId} id={streamId} />}</Route>
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </ErrorBoundary>
      <Toaster />
    </Router>
  )
}
