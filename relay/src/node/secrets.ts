/** The keys are the secrets. Each value is the text that is printed instead of the secret. */
const hidden = new Map<string, string>()

/** From now on `conceal` replaces this text by `[secret]`. Ignores a text of fewer than six characters. */
export function hideSecret(secret: string | undefined): void {
  if (secret === undefined || secret.length < 6) return
  hide(secret, '[secret]')
  // The form of the secret in a line of JSON.
  hide(JSON.stringify(secret).slice(1, -1), '[secret]')
}

/** From now on `conceal` replaces this URL by its host. The path, query or user name of an RPC's URL can contain a key. */
export function hideUrl(url: string): void {
  if (!URL.canParse(url)) return
  const { host, href, pathname, search, username, password } = new URL(url)
  for (const form of [url, href, href.replace(/\/$/, '')]) hide(form, host)
  for (const part of [pathname.replace(/^\/|\/$/g, ''), search.slice(1), username, password]) {
    hideSecret(part)
    hideSecret(decoded(part))
  }
  // The answer of an RPC can contain the key without the rest of the URL. A part of fewer than 12 characters is more
  // likely a word, such as `mainnet`, than a key.
  for (const part of `${pathname}&${search.slice(1)}`.split(/[/&=]/)) if (part.length >= 12) hideSecret(part)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function hide(text: string, shown: string): void {
  hidden.set(text, shown)
}

/** Returns the text with a replacement for each hidden secret. */
export function conceal(text: string): string {
  // A longer secret can contain a shorter secret, so the longer secret is replaced first.
  const longestFirst = [...hidden].sort(([one], [other]) => other.length - one.length)
  return longestFirst.reduce((shown, [secret, instead]) => shown.replaceAll(secret, instead), text)
}
