/** The text under a field: a hint, or the fault of the value that the person has entered. */
export function FieldNote({ id, problem, children }: { id: string; problem: string | undefined; children: string }) {
  return (
    <p
      id={id}
      role={problem ? 'alert' : undefined}
      className={`mt-1 text-pretty text-[13px] ${problem ? 'text-live' : 'text-ink-soft'}`}
    >
      {problem ?? children}
    </p>
  )
}
