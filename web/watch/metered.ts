/** Chromium’s information about the network. Other browsers have no `navigator.connection`. */
type NetworkInformation = EventTarget & { readonly saveData?: boolean; readonly type?: string }

const connection = (): NetworkInformation | undefined =>
  (navigator as { readonly connection?: NetworkInformation }).connection

/** Whether the person asked the browser to save data, or the browser says that the network is a mobile network. */
export function isMetered(): boolean {
  const { saveData = false, type } = connection() ?? {}
  return saveData || type === 'cellular'
}

/** Calls `listener` when the result of `isMetered` can have changed. */
export function subscribeToMetered(listener: () => void): () => void {
  const network = connection()
  network?.addEventListener('change', listener)
  return () => network?.removeEventListener('change', listener)
}
