import { Link } from 'wouter'

/** For a person without a link: the streams whose broadcasters want to be found. */
export function LiveLink() {
  return (
    <p className="mt-4 text-sm">
      <Link href="/live" className="font-medium text-accent underline underline-offset-4">
        See what is live now
      </Link>
    </p>
  )
}
