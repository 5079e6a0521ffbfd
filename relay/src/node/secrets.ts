/** Text that must not be printed, and what is printed in its place. */
const hidden = new Map<string, string>()

/** From now on `conceal` prints `[secret]` for it. A text of fewer than six characters hides nothing. */
export function hideSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < 6) return
  hide(secret, '[secret]')
  // As it stands in a line of JSON.
  hide(JSON.stringify(secret).slice(1, -1), '[secret]')
}

/** From now on `conceal` prints the host of a URL only: an RPC's key can be in its path, its query or its user name. */
export function hideUrl(url: string): void {
  if (!URL.canParse(url)) return
  const { host, href, pathname, search, username, password } = new URL(url)
  for (const form of [url, href, href.replace(/\/$/, '')]) hide(form, host)
  for (const part of [pathname.replace(/^\/|\/$/g, ''), search.slice(1), username, password]) hideSecret(part)
}

function hide(text: string, shown: string): void {
  hidden.set(text, shown)
}

/** The text without any hidden secret. */
export function conceal(text: string): string {
  // A longer secret can contain a shorter one.
  const longestFirst = [...hidden].sort(([one], [other]) => other.length - one.length)
  return longestFirst.reduce((shown, [secret, instead]) => shown.replaceAll(secret, instead), text)
}
