import { lazy, Suspense } from 'react'
import { Toaster } from 'sonner'
import { Route, Router, Switch } from 'wouter'
import { HomePage } from './home/HomePage'
import { NotFoundPage } from './home/NotFoundPage'
import { WatchLinkPage } from './home/WatchLinkPage'
import { ErrorBoundary } from './ui/ErrorBoundary'
import { Layout } from './ui/Layout'
import { useGuardedLocation } from './ui/leaving'
import { PageFailure } from './ui/PageFailure'
import { PageLoading } from './ui/PageLoading'
import { useTheme } from './ui/theme'

const BroadcastPage = lazy(() => import('./broadcast/BroadcastPage'))
const StakePage = lazy(() => import('./stake/StakePage'))
const TranscoderPage = lazy(() => import('./stake/TranscoderPage'))
const WatchPage = lazy(() => import('./watch/WatchPage'))

export function App() {
  const theme = useTheme()
  const [location] = useGuardedLocation()
  return (
    <Router hook={useGuardedLocation}>
      <ErrorBoundary
        key={location}
        fallback={(error) => (
          <Layout>
            <PageFailure error={error} />
          </Layout>
        )}
      >
        <Suspense
          fallback={
            <Layout>
              <PageLoading />
            </Layout>
          }
        >
          <Switch>
            <Route path="/" component={HomePage} />
            <Route path="/broadcast" component={BroadcastPage} />
            <Route path="/stake" component={StakePage} />
            <Route path="/stake/:address">{({ address }) => <TranscoderPage key={address} address={address} />}</Route>
            <Route path="/watch" component={WatchLinkPage} />
            <Route path="/watch/:streamId">{({ streamId }) => <WatchPage key={streamId} id={streamId} />}</Route>
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </ErrorBoundary>
      <Toaster theme={theme} position="bottom-center" />
    </Router>
  )
}
