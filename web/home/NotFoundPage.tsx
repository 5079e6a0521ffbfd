import { Link } from 'wouter'
import { Button } from '../ui/Button'
import { Layout } from '../ui/Layout'
import { useTitle } from '../ui/useTitle'

export function NotFoundPage() {
  useTitle('No such page')
  return (
    <Layout>
      <div className="mx-auto flex max-w-md grow flex-col items-center justify-center gap-4 text-center">
        <h1 className="font-semibold text-2xl tracking-tight">There is no such page</h1>
        <p className="text-ink-soft">
          Check the address. A link to a stream contains /watch/0x and 64 more characters.
        </p>
        <Button asChild>
          <Link href="/">To the start page</Link>
        </Button>
      </div>
    </Layout>
  )
}
