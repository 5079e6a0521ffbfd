/**
 * Decoration only: a text beside the spinner must say what the page waits for. The spinner turns in twelve steps, because a smooth turn would
 * make the browser draw the page 60 times a second.
 */
export function Spinner({ className = 'size-4' }: { className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      className={`animate-[spin_1s_steps(12)_infinite] ${className}`}
      aria-hidden="true"
    >
      <circle cx="12" cy="12" r="9" stroke="currentColor" strokeWidth="3" opacity="0.25" />
      <path d="M21 12a9 9 0 0 0-9-9" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    </svg>
  )
}
