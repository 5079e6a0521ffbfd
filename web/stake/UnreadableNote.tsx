import type { Unreadable } from './Staking'

/** Says which transcoders the list leaves out, because the chain refused to read them. Shows nothing if the list is whole. */
export function UnreadableNote({ unreadable: { isWaitlistCut, others } }: { unreadable: Unreadable }) {
  if (!isWaitlistCut && others === 0) return null
  const parts = [
    ...(isWaitlistCut ? ['a part of the waitlist'] : []),
    ...(others > 0 ? [`${others} transcoder${others === 1 ? '' : 's'}`] : []),
  ]
  return (
    <p role="status" className="mt-3 text-pretty text-[13px] text-warn">
      This list is not complete: {parts.join(' and ')} cannot be read now. The page tries again at the next block.
    </p>
  )
}
