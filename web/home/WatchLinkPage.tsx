import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'
import { LiveLink } from './LiveLink'
import { WatchForm } from './WatchForm'

/** Asks for the link of a stream. */
export function WatchLinkPage() {
  useTitle('Watch')
  return (
    <Layout>
      <div className="mx-auto w-full max-w-xl py-6">
        <h1 className="font-semibold text-2xl tracking-tight sm:text-3xl">Watch a stream</h1>
        <p className="mt-2 mb-6 text-pretty text-ink-soft leading-relaxed">
          The broadcaster sends you the link. You need no account and no wallet.
        </p>
        <WatchForm label="Link of the stream" />
        <LiveLink />
      </div>
    </Layout>
  )
}
