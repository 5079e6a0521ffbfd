import { StatusBadge } from '../ui/StatusBadge'

/** Shown when the browser plays the stream in a way that hides the segments from the page. */
export function UnverifiedBadge() {
  return (
    <StatusBadge
      tone="warn"
      data-testid="unverified"
      title="This browser does not let the page check the segments before it plays them. “Check this segment” under Statistics still works."
    >
      Not verified here
    </StatusBadge>
  )
}
