/**
 * Whether this is an iPhone or an iPad. All browsers on these devices use the code of Safari (WebKit), so another browser
 * has the same limits. Safari on an iPad says that it runs on a Mac, but no Mac has a touch screen.
 */
export function isIos({
  userAgent,
  maxTouchPoints,
}: Pick<Navigator, 'userAgent' | 'maxTouchPoints'> = navigator): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
}
