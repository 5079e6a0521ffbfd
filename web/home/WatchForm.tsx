import Play from 'lucide-react/icons/play'
import { useId } from 'react'
import { Button } from '../ui/Button'
import { useWatchForm } from './useWatchForm'

/** Opens the stream of a link that a person types. */
export function WatchForm({ label }: { label: string }) {
  const { text, problem, onText, onSubmit } = useWatchForm()
  const id = useId()
  return (
    <form onSubmit={onSubmit} noValidate>
      <label htmlFor={id} className="font-medium text-sm">
        {label}
      </label>
      <div className="mt-2 flex gap-2">
        <input
          id={id}
          value={text}
          onChange={(event) => onText(event.target.value)}
          placeholder="Link or stream id"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          className="h-11 min-w-0 grow rounded-xl border border-line-strong bg-surface px-3.5 text-[15px] placeholder:text-ink-soft aria-invalid:border-live"
        />
        <Button type="submit" look="outline">
          <Play className="size-4" aria-hidden="true" />
          Watch
        </Button>
      </div>
      {problem && (
        <p id={`${id}-problem`} role="alert" className="mt-2 text-sm">
          <span className="font-medium text-live">{problem.sentence}</span> {problem.nextStep}
        </p>
      )}
    </form>
  )
}
