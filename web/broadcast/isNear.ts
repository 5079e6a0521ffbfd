/** Addresses of this machine and of private networks, and names that only such networks resolve. IPv6 addresses have no brackets. */
const privateHost =
  /^(localhost|.+\.localhost|.+\.local|127(\.\d+){3}|10(\.\d+){3}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|192\.168(\.\d+){2}|169\.254(\.\d+){2}|::1|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*)$/i

export const isPrivateHost = (host: string): boolean => privateHost.test(host)

const hostOf = (uri: string): string => new URL(uri).hostname.replace(/^\[|\]$/g, '')

/** Whether a relay is on this machine, or in the same private network as the page: from other networks, its address cannot be reached. */
export const isNear = (uri: string): boolean => isPrivateHost(hostOf(uri))

/** Whether a relay is on the computer of the page. */
export const isOnThisComputer = (uri: string): boolean =>
  /^(localhost|.+\.localhost|127(\.\d+){3}|::1)$/i.test(hostOf(uri))
