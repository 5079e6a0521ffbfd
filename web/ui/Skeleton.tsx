/** The shapes of a heading and of cards, while the page does not know their content. A screen reader ignores them. */
export function Skeleton() {
  return (
    <div
      aria-hidden="true"
      data-skeleton
      className="grid w-full animate-pulse gap-5 lg:grid-cols-[minmax(0,1fr)_22.5rem] lg:gap-6"
    >
      <div className="h-24 rounded-2xl bg-inset lg:col-start-1" />
      <div className="h-64 rounded-2xl bg-inset lg:col-start-1" />
      <div className="h-56 rounded-2xl bg-inset lg:col-start-2 lg:row-span-2 lg:row-start-1 lg:h-auto" />
    </div>
  )
}
