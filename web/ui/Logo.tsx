/** The letters l and p; the p has a play sign. The same drawing as public/favicon.svg. */
export function Logo({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b6b5f" />
      <g stroke="#fff" strokeWidth="4" strokeLinecap="round" strokeLinejoin="round">
        <path d="M8 6.5v15" />
        <path d="M15 25.5V10l10.5 6L15 22" fill="#fff" />
      </g>
    </svg>
  )
}
