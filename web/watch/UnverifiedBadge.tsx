import { StatusBadge } from '../ui/StatusBadge'

/** Shown when the browser plays the stream in a way that hides the segments from the page. */
export function UnverifiedBadge() {
  return (
    <StatusBadge tone="warn" data-testid="unverified">
      Not verified here
    </StatusBadge>
  )
}
