import { useEffect } from 'react'

/**
 * Keeps the screen on while `isOn` is true. Without the wake lock, a phone locks itself during a stream. The browser ends the lock when the
 * page is hidden, so the hook asks again when the page is visible again.
 */
export function useWakeLock(isOn: boolean): void {
  useEffect(() => {
    if (!isOn || !('wakeLock' in navigator)) return
    let lock: WakeLockSentinel | undefined
    let isOver = false
    const request = async () => {
      if (document.hidden) return
      const next = await navigator.wakeLock.request('screen')
      if (isOver) await next.release()
      else lock = next
    }
    // The browser refuses the lock when the battery is low. Then the screen turns off after the time that the person has set.
    const ask = () => void request().catch(() => undefined)
    ask()
    document.addEventListener('visibilitychange', ask)
    return () => {
      isOver = true
      document.removeEventListener('visibilitychange', ask)
      void lock?.release()
    }
  }, [isOn])
}
